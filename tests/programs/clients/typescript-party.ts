import { granted } from '../../../scripts/demo/party.ts'
import { readFile } from 'node:fs/promises'
import { connectClient, type SignalingClient } from '../../../src/sdk/client.ts'
import type { Pushed } from '../../../src/sdk/pushed.ts'
import { setTimeout } from 'node:timers/promises'
import { expectSaid, type StartParty } from './party.ts'

type Heard = Pushed<
  | 'CALL_NOTIFICATION'
  | 'RINGING'
  | 'CALL_ACCEPTED'
  | 'CALL_DECLINED'
  | 'SDP_OFFER'
  | 'SDP_ANSWER'
  | 'ICE_CANDIDATE'
  | 'CALL_UPDATE'
  | 'PEER_STATE'
  | 'HANGUP'
  | 'ERROR'
>

const RETRY_MS = 50

const HEARD = [
  'CALL_NOTIFICATION',
  'RINGING',
  'CALL_ACCEPTED',
  'CALL_DECLINED',
  'SDP_OFFER',
  'SDP_ANSWER',
  'ICE_CANDIDATE',
  'CALL_UPDATE',
  'PEER_STATE',
  'HANGUP',
  'ERROR',
] as const

/** The client in TypeScript as one of the parties, in this process. Nothing else here knows which client it is. */
export const startTypeScript: StartParty = async (ends, { port, ca }, name, options = {}) => {
  const tls = ca === undefined ? {} : { tls: { ca: await readFile(ca, 'utf8') } }
  const client = await connectClient({ host: 'localhost', port, ...tls, timeoutMs: 30_000 })
  ends.push(() => client.close())
  granted(await client.hello())
  const account = { username: name, password_hash: options.secret ?? `of ${name}` }
  if (options.registers ?? true) granted(await client.register(account))
  granted(await client.logIn(account))

  const lines: string[] = [`here ${name}`]
  const call: PresentCall = { call_id: '', to_user_id: '', isActive: false, early: [], peer: {} }
  void listen(client, call, lines)
  void comeBack(client, lines)
  return {
    lines,
    tell: (command) => void obey(client, call, lines, command),
    says: (line, times = 1) => expectSaid(lines, line, times),
    async leaves() {
      await client.close()
      return 0
    },
  }
}

async function listen(client: SignalingClient, call: PresentCall, lines: string[]): Promise<void> {
  try {
    for (;;) hear(client, await client.next(...HEARD), call, lines)
  } catch {
    lines.push('closed')
  }
}

interface PresentCall {
  call_id: string
  to_user_id: string
  isActive: boolean
  /** Candidates that wait for the call to be accepted. */
  readonly early: string[]
  /** What the other party does to it. */
  peer: { on_hold?: boolean | undefined; audio_muted?: boolean | undefined }
}

function hear(client: SignalingClient, { type, payload }: Heard, call: PresentCall, lines: string[]): void {
  if (type === 'CALL_NOTIFICATION') {
    Object.assign(call, { call_id: payload.call_id, to_user_id: payload.from_user_id })
    lines.push(`incoming ${payload.from_username}`)
  } else if (type === 'RINGING') {
    Object.assign(call, { call_id: payload.call_id, to_user_id: payload.peer_user_id })
    lines.push(`ringing ${payload.peer_username}`)
  } else if (type === 'CALL_ACCEPTED') {
    lines.push(`active ${payload.role ?? 'caller'}`)
    become(client, call)
  } else if (type === 'CALL_UPDATE') {
    call.peer = { ...call.peer, ...payload }
    const { on_hold, audio_muted } = call.peer
    lines.push(`peer hold ${onOff(on_hold)} mute ${onOff(audio_muted)}`)
  } else if (type === 'SDP_OFFER') lines.push(`offer ${escaped(payload.sdp)}`)
  else if (type === 'SDP_ANSWER') lines.push(`answer ${escaped(payload.sdp)}`)
  else if (type === 'ICE_CANDIDATE') lines.push(`candidate ${escaped(payload.candidate)}`)
  else if (type === 'PEER_STATE') lines.push(`peer ${payload.state === 'connected' ? 'back' : 'away'}`)
  else if (type === 'ERROR') lines.push(`refused ${payload.reason}`)
  else lines.push(`ended ${payload.reason}`)
}

async function comeBack(client: SignalingClient, lines: string[]): Promise<void> {
  for (;;) {
    const { message } = await client.lost
    if (message === 'this client was closed') return
    lines.push('lost')
    for (;;) {
      const resumed = await client.resume().catch(() => undefined)
      if (resumed !== undefined) {
        lines.push(resumed.ok ? 'resumed' : `refused ${resumed.error.reason}`)
        if (!resumed.ok) return
        break
      }
      await setTimeout(RETRY_MS)
    }
  }
}

async function obey(
  client: SignalingClient,
  call: PresentCall,
  lines: string[],
  command: string,
): Promise<void> {
  const [word = ''] = command.split(' ', 1)
  const text = unescaped(command.slice(word.length + 1))
  const { call_id, to_user_id } = call
  const about = { call_id, to_user_id }
  if (word === 'cut') client.cut()
  else if (word === 'call') {
    const callee = granted(await client.listUsers()).find(({ username }) => username === text)
    client.send({ type: 'CALL_REQUEST', payload: { to_user_id: callee?.user_id ?? '' } })
  } else if (word === 'accept' || word === 'decline') {
    const accepted = word === 'accept'
    client.send({ type: 'CALL_RESPONSE', payload: { call_id, accepted } })
    lines.push(accepted ? 'active callee' : 'ended declined')
    if (accepted) become(client, call)
  } else if (word === 'hangup') {
    client.send({ type: 'HANGUP', payload: { call_id } })
    lines.push('ended hangup')
  } else if (word === 'hold')
    client.send({ type: 'CALL_UPDATE', payload: { call_id, on_hold: text === 'on' } })
  else if (word === 'mute')
    client.send({ type: 'CALL_UPDATE', payload: { call_id, audio_muted: text === 'on' } })
  else if (word === 'offer') client.send({ type: 'SDP_OFFER', payload: { ...about, sdp: text } })
  else if (word === 'answer') client.send({ type: 'SDP_ANSWER', payload: { ...about, sdp: text } })
  else if (word === 'candidate') {
    if (call.isActive) sendCandidate(client, call, text)
    else call.early.push(text)
  }
}

function become(client: SignalingClient, call: PresentCall): void {
  call.isActive = true
  for (const candidate of call.early.splice(0)) sendCandidate(client, call, candidate)
}

function sendCandidate(
  client: SignalingClient,
  { call_id, to_user_id }: PresentCall,
  candidate: string,
): void {
  const place = { sdp_mid: '0', sdp_mline_index: 0 }
  client.send({ type: 'ICE_CANDIDATE', payload: { call_id, to_user_id, candidate, ...place } })
}

const onOff = (on = false) => (on ? 'on' : 'off')

const escaped = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('\r', '\\r').replaceAll('\n', '\\n')

const unescaped = (text: string) =>
  text.replaceAll(/\\(.)/g, (_, sign: string) => (sign === 'r' ? '\r' : sign === 'n' ? '\n' : sign))
