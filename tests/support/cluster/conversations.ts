import { type Call, type Client, connect, type Signal } from 'roomrtc-client'
import { expect } from 'vitest'
import { type Absences, watchAbsences } from './absences.ts'

/** Two clients in a call who say numbers to each other. */
export interface Conversation {
  readonly parties: readonly [Party, Party]
}

interface Party {
  readonly client: Client
  readonly absences: Absences
  /** Whatever it was told that it should not have been. */
  readonly trouble: string[]
  readonly heard: string[]
  call: Call | undefined
  said: number
}

/** Each pair in an active call, some at a time. */
export async function converse(
  ends: (() => unknown)[],
  port: number,
  pairs: number,
  name = 'pair',
): Promise<readonly Conversation[]> {
  // All accounts first: nodes hear of those that others have made by and by.
  const all = await someAtATime(pairs, async (i) => {
    const [caller, callee] = [`${name}${i} a`, `${name}${i} b`]
    return Promise.all([join(ends, port, caller), join(ends, port, callee)])
  })
  return someAtATime(pairs, (i) => begin(all[i]))
}

async function someAtATime<T>(count: number, work: (i: number) => Promise<T>): Promise<readonly T[]> {
  const done: T[] = []
  while (done.length < count) {
    const some = Array.from({ length: Math.min(AT_A_TIME, count - done.length) }, (_, i) => done.length + i)
    done.push(...(await Promise.all(some.map(work))))
  }
  return done
}

const AT_A_TIME = 20

const WITHIN = () => ({ signal: AbortSignal.timeout(60_000) })

async function begin(parties: Conversation['parties'] | undefined): Promise<Conversation> {
  if (parties === undefined) throw new Error('nobody has joined')
  const [caller, callee] = parties
  const rung = new Promise<Call>((resolve) => {
    callee.client.on('call', resolve)
  })
  const out = caller.client.call(callee.client.me?.id ?? '')
  listen(caller, out)
  const incoming = await Promise.race([rung, out.until('over', WITHIN())])
  if (!('signals' in incoming)) throw new Error(JSON.stringify(incoming))
  listen(callee, incoming)
  incoming.accept()
  await Promise.all([out.until('active', WITHIN()), incoming.until('active', WITHIN())])
  return { parties }
}

/** Logged in, by whichever node. */
async function join(ends: (() => unknown)[], port: number, username: string): Promise<Party> {
  const client = await connect(`tcp://127.0.0.1:${port}`, {
    timeoutMs: 30_000,
    reconnect: { firstMs: 200, maxMs: 1000 },
  })
  ends.push(() => client.close())
  const trouble: string[] = []
  client.on('loss', ({ reason }) => trouble.push(`${username} lost the session: ${reason}`))
  client.on('refusal', ({ message }) => trouble.push(`${username} was refused: ${message}`))
  client.on('state', (state) => {
    if (state.name === 'signed-out') trouble.push(`${username} was signed out: ${state.why.message}`)
  })
  const account = { username, password: 'secret' }
  await client.register(account)
  await client.login(account)
  return { client, absences: watchAbsences(client), trouble, heard: [], call: undefined, said: 0 }
}

function listen(party: Party, call: Call): void {
  party.call = call
  call.signals.listen((signal) => party.heard.push(numberOf(signal)))
  call.on('state', (state) => {
    if (state.name === 'ended') party.trouble.push(`the call ended: ${state.reason}`)
  })
}

function numberOf(signal: Signal): string {
  return signal.kind === 'candidate' ? signal.candidate : signal.sdp
}

/** All of them say the next number in every interval, until they are to stop. `hold`: and hold the call now and then. */
export function talk(
  conversations: readonly Conversation[],
  everyMs: number,
  { hold = false }: { readonly hold?: boolean } = {},
): () => void {
  const parties = conversations.flatMap((one) => one.parties)
  let next = 0
  // In small turns: a crowd that speaks in one instant is another test.
  const timer = setInterval(() => {
    const until = next + Math.ceil(parties.length / TURNS)
    for (; next < until; next += 1) say(parties[next % parties.length], hold)
  }, everyMs / TURNS)
  return () => {
    clearInterval(timer)
  }
}

const TURNS = 20

/** Every so many numbers a party holds the call, or goes on. */
const HOLDS = 5

function say(party: Party | undefined, hold: boolean): void {
  if (party?.call === undefined) return
  // What changes the call is decided with the other nodes, beside what is only passed on.
  if (hold && party.said % HOLDS === HOLDS - 1) party.call.hold(party.call.state.name !== 'held')
  const candidate = String(party.said++)
  party.call.signals.send({ kind: 'candidate', candidate, sdpMid: '0', sdpMLineIndex: 0 })
}

/** That everybody has heard all that the other one has said, once and in order, and that nobody has been in trouble. */
export async function expectWhole(conversations: readonly Conversation[]): Promise<void> {
  const parties = conversations.flatMap(({ parties: [a, b] }) => [
    { heard: a.heard, other: b },
    { heard: b.heard, other: a },
  ])
  await expect
    .poll(() => parties.filter(({ heard, other }) => heard.length < other.said).length, { timeout: 30_000 })
    .toBe(0)
  const wrong = parties.flatMap(({ heard, other }) => {
    const isWhole = heard.length === other.said && heard.every((number, i) => number === String(i))
    return [...(isWhole ? [] : [`of ${other.said} heard ${heard.join()}`]), ...other.trouble]
  })
  expect(wrong).toEqual([])
  const states = conversations.flatMap((one) => one.parties.map(({ call }) => call?.state.name))
  expect(states.filter((name) => name !== 'active' && name !== 'held')).toEqual([])
}
