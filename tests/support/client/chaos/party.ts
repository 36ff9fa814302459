import { connect, type Call, type CallState, type Client, type Signal } from 'roomrtc-client'
import WebSocket from 'ws'
import type { Dice } from '../../dice.ts'
import { startChaosProxy } from './chaos-proxy.ts'
import { type ChaosHouse, tokenFor } from './chaos-house.ts'

export const SIGNALS = 12

export interface Party {
  readonly client: Client
  readonly heard: string[]
  readonly states: CallState['name'][]
  readonly trouble: string[]
}

/** A client behind a proxy of its own, which is wild once it has logged in. */
export async function join(
  house: ChaosHouse,
  username: string,
  dice: Dice,
  ended: (() => unknown)[],
): Promise<Party> {
  const transport = dice.pick(['native', 'roomrtc.json', 'roomrtc.binary'] as const)
  const proxy = await startChaosProxy(
    transport === 'native' ? house.port : house.httpPort,
    dice,
    dice.between(2, 6),
  )
  ended.push(() => proxy.close())
  const native = `${house.native}://localhost:${proxy.port}`
  const enter = () =>
    connect(transport === 'native' ? native : `ws://127.0.0.1:${proxy.port}/ws`, {
      timeoutMs: 4000,
      reconnect: { firstMs: 5, maxMs: 60 },
      surroundings: { WebSocket, random: () => dice.between(0, 999) / 1000 },
      ...(house.ca !== undefined && { tls: { ca: house.ca } }),
      ...(transport !== 'native' && { subprotocol: transport }),
    })
  const client = await persistently(enter)
  ended.push(() => client.close())
  const party: Party = { client, heard: [], states: [], trouble: [] }
  client.on('loss', ({ reason }) => party.trouble.push(`lost the session: ${reason}`))
  client.on('refusal', ({ message }) => party.trouble.push(`refused: ${message}`))
  client.on('state', (state) => {
    if (state.name === 'signed-out') party.trouble.push(`signed out: ${state.why.message}`)
  })
  proxy.become('gentle')
  // On a machine that has much to do a few connections in a row may take longer than a login waits.
  await persistently(() => client.login({ token: () => Promise.resolve(tokenFor(username)) }))
  proxy.become('wild')
  return party
}

const TRIES = 100

/** A server that has just been killed takes nobody, and what was asked of it has no answer. */
async function persistently<T>(work: () => Promise<T>, tries = TRIES): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (tries === 1) throw error
    await passing(500)
    return persistently(work, tries - 1)
  }
}

export function follow(party: Party, call: Call): void {
  call.on('state', ({ name }) => party.states.push(name))
  call.signals.listen((signal) => party.heard.push(numberOf(signal)))
}

function numberOf(signal: Signal): string {
  return signal.kind === 'candidate' ? signal.candidate : signal.sdp
}

export async function talk(call: Call, dice: Dice): Promise<void> {
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

/** What each has heard of the other in the end. */
export const numbers: readonly string[] = Array.from({ length: SIGNALS }, (_, i) => String(i))

/** Chance decides when things happen, not whether they do. */
export function passing(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
