import { connect, type Call, type CallState, type Client, type Signal } from 'roomrtc-client'
import { expect } from 'vitest'
import WebSocket from 'ws'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { startChaosProxy } from './chaos-proxy.ts'
import { createDice, type Dice, randomSeed } from '../dice.ts'
import { startTestDaemon } from '../house/running-daemon.ts'
import { mint } from '../tokens/mint.ts'

/** So many with one daemon, so that its list of users stays short. */
const BATCH = 50
const AT_A_TIME = 10
const SIGNALS = 12

const SECRET = 'a secret of thirty-two bytes or more'
const issuer = { issuer: 'https://chaos.test', audience: 'roomrtc', secret: SECRET }

function tokenFor(username: string): string {
  const exp = Math.floor(Date.now() / 1000) + 600
  const { issuer: iss, audience: aud } = issuer
  return mint(SECRET, { alg: 'HS256', typ: 'JWT' }, { iss, aud, sub: username, username, exp })
}

interface Party {
  readonly client: Client
  readonly heard: string[]
  readonly states: CallState['name'][]
  readonly trouble: string[]
}

/** The clients of one run, each behind a proxy of its own. */
async function join(daemon: Daemon, username: string, dice: Dice, ended: (() => unknown)[]): Promise<Party> {
  const transport = dice.pick(['tcp', 'roomrtc.json', 'roomrtc.binary'] as const)
  const target = transport === 'tcp' ? daemon.port : (daemon.httpPort ?? 0)
  const proxy = await startChaosProxy(target, dice, dice.between(2, 6))
  ended.push(() => proxy.close())
  const client = await connect(
    transport === 'tcp' ? `tcp://127.0.0.1:${proxy.port}` : `ws://127.0.0.1:${proxy.port}/ws`,
    {
      timeoutMs: 4000,
      reconnect: { firstMs: 5, maxMs: 60 },
      surroundings: { WebSocket, random: () => dice.between(0, 999) / 1000 },
      ...(transport !== 'tcp' && { subprotocol: transport }),
    },
  )
  ended.push(() => client.close())
  const party: Party = { client, heard: [], states: [], trouble: [] }
  client.on('loss', ({ reason }) => party.trouble.push(`lost the session: ${reason}`))
  client.on('refusal', ({ message }) => party.trouble.push(`refused: ${message}`))
  client.on('state', (state) => {
    if (state.name === 'signed-out') party.trouble.push(`signed out: ${state.why.message}`)
  })
  proxy.become('gentle')
  // To hash a thousand passwords would take longer than all the rest.
  const login = () => client.login({ token: () => Promise.resolve(tokenFor(username)) })
  // On a machine that has much to do a few connections in a row may take longer than a login waits.
  await login().catch(login).catch(login)
  proxy.become('wild')
  return party
}

function follow(party: Party, call: Call): void {
  call.on('state', ({ name }) => party.states.push(name))
  call.signals.listen((signal) => party.heard.push(numberOf(signal)))
}

function numberOf(signal: Signal): string {
  return signal.kind === 'candidate' ? signal.candidate : signal.sdp
}

async function talk(call: Call, dice: Dice): Promise<void> {
  for (let i = 0; i < SIGNALS; i += 1) {
    const offer = dice.between(0, 3) === 0
    call.signals.send(
      offer
        ? { kind: 'offer', sdp: String(i) }
        : { kind: 'candidate', candidate: String(i), sdpMid: '0', sdpMLineIndex: 0 },
    )
    if (dice.between(0, 2) === 0) await passing(dice.between(0, 40))
  }
}

/** Chance decides when things happen, not whether they do. */
function passing(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** One call through thick and thin. Resolves with what is wrong. */
async function run(daemon: Daemon, seed: number): Promise<readonly string[]> {
  const dice = createDice(seed)
  const ended: (() => unknown)[] = []
  try {
    const [alice, bob] = await Promise.all([
      join(daemon, `alice${seed}`, dice, ended),
      join(daemon, `bob${seed}`, dice, ended),
    ])
    const calls: Call[] = []
    const rung = new Promise<Call>((resolve) => {
      bob.client.on('call', (call) => {
        calls.push(call)
        follow(bob, call)
        resolve(call)
      })
    })
    const out = alice.client.call(bob.client.me?.id ?? '')
    follow(alice, out)
    const incoming = await rung
    await passing(dice.between(0, 30))
    incoming.accept()
    await out.until('active')
    await Promise.all([talk(out, dice), talk(incoming, dice)])
    await expect
      .poll(() => [alice.heard.length, bob.heard.length], { interval: 5 })
      .toEqual([SIGNALS, SIGNALS])
    const held = incoming.until('held')
    out.hold(true)
    await held
    const on = incoming.until('active')
    out.hold(false)
    await on
    const [first, second] = dice.pick([
      [out, incoming],
      [incoming, out],
    ])
    const over = second.until('over')
    first.hangup()
    await over
    // What comes twice may come late.
    await passing(20)

    const numbers = Array.from({ length: SIGNALS }, (_, i) => String(i))
    expect(alice.heard).toEqual(numbers)
    expect(bob.heard).toEqual(numbers)
    expect(calls.length).toBe(1)
    // The state is told anew where the connection of the other one comes and goes.
    const told = ({ states }: Party) => states.filter((name, i) => name !== states[i - 1])
    expect(told(alice).filter((name) => name !== 'ringing-out')).toEqual([
      'active',
      'held',
      'active',
      'ended',
    ])
    expect(told(bob).filter((name) => name !== 'ringing-in')).toEqual(['active', 'held', 'active', 'ended'])
    expect([out.state, incoming.state]).toMatchObject([{ reason: 'hangup' }, { reason: 'hangup' }])
    return [...alice.trouble, ...bob.trouble]
  } catch (error) {
    return [String(error)]
  } finally {
    await Promise.all(ended.toReversed().map((end) => end()))
  }
}

/** The results in the order of the items; so many are under way at a time. */
async function inTurns<Item, T>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<T>,
): Promise<readonly T[]> {
  const results: T[] = []
  const left = items.entries()
  await Promise.all(
    Array.from({ length: most }, async () => {
      for (const [i, item] of left) results[i] = await work(item)
    }),
  )
  return results
}

/** What was wrong in calls by as many pairs, each with the seed to repeat it by. Runs of that seed: `CHAOS_SEED`, `CHAOS_RUNS`. */
export async function chaos(runs: number): Promise<readonly string[]> {
  const first = Number(process.env['CHAOS_SEED'] ?? randomSeed() % 1_000_000_000)
  const wanted = Number(process.env['CHAOS_RUNS'] ?? runs)
  const wrong: string[] = []
  const listen = (error: unknown) => wrong.push(`unhandled, after CHAOS_SEED=${first}: ${String(error)}`)
  process.on('unhandledRejection', listen)
  try {
    for (let done = 0; done < wanted; done += BATCH) {
      const seeds = Array.from({ length: Math.min(BATCH, wanted - done) }, (_, i) => first + done + i)
      wrong.push(...(await batch(seeds)))
    }
    return wrong
  } finally {
    process.off('unhandledRejection', listen)
  }
}

async function batch(seeds: readonly number[]): Promise<readonly string[]> {
  const daemon = await startTestDaemon({
    http: {},
    security: { enable_rate_limiting: false, bcrypt_cost: 4 },
    heartbeat: { interval_ms: 1000 },
    tokens: { issuers: [issuer] },
  })
  try {
    const faults = await inTurns(seeds, AT_A_TIME, (seed) => run(daemon, seed))
    return faults.flatMap((found, i) => found.map((fault) => `CHAOS_SEED=${seeds[i]} CHAOS_RUNS=1: ${fault}`))
  } finally {
    await daemon.stop()
  }
}
