import { readFile } from 'node:fs/promises'
import { type Call, type CallState, connect, type Client, type Signal } from 'roomrtc-client'
import { holdLine } from '../../../scripts/support/held-line.ts'
import { expectSaid, type StartParty } from './party.ts'

/** The package as one of the parties, in this process. Nothing else here knows which client it is. */
export const startTypeScript: StartParty = async (ends, { port, ca }, name, options = {}) => {
  const line = holdLine()
  const tls = ca === undefined ? {} : { tls: { ca: await readFile(ca, 'utf8') } }
  const client = await connect(`${ca === undefined ? 'tcp' : 'tls'}://localhost:${port}`, {
    ...tls,
    timeoutMs: 30_000,
    reconnect: { firstMs: 50, maxMs: 200 },
    surroundings: line.surroundings,
  })
  ends.push(() => client.close())
  const lines: string[] = []
  listen(client, lines)
  const who = { username: name, password: options.secret ?? `of ${name}` }
  if (options.registers ?? true) await client.register(who)
  await client.login(who)
  lines.push(`here ${name}`)
  return {
    lines,
    tell: (command) => void obey(client, line, lines, command),
    says: (said, times = 1) => expectSaid(lines, said, times),
    async leaves() {
      await client.close()
      return 0
    },
  }
}

function listen(client: Client, lines: string[]): void {
  let lost = false
  client.on('state', (state) => {
    if (state.name === 'signed-out') lines.push(`closed ${String(state.why.reason)}`)
    if (state.name === 'reconnecting' && !lost) lines.push('lost')
    if (state.name === 'online' && lost) lines.push('resumed')
    lost = state.name === 'reconnecting'
  })
  client.on('loss', ({ reason }) => {
    lines.push('ended session_lost', `logged-in-again ${reason}`)
  })
  client.on('refusal', ({ reason }) => lines.push(`refused ${String(reason)}`))
  client.on('call', (call) => {
    lines.push(`incoming ${call.peer.username}`)
    follow(call, lines)
  })
  client.on('transferred', (call) => {
    lines.push(`transferred ${call.peer.username}`, `active ${call.role}`)
    follow(call, lines)
  })
}

function follow(call: Call, lines: string[]): void {
  let before: CallState = call.state
  call.on('state', (state) => {
    tell(call, before, state, lines)
    before = state
  })
  call.on('transfer', (transfer) => {
    const { state, to } = transfer
    lines.push(`transfer ${state} ${to.username}${state === 'failed' ? ` ${transfer.reason}` : ''}`)
  })
  call.signals.listen((signal) => {
    lines.push(`${signal.kind} ${escaped(signal.kind === 'candidate' ? signal.candidate : signal.sdp)}`)
  })
}

function tell(call: Call, before: CallState, state: CallState, lines: string[]): void {
  if (state.name === 'ringing-out')
    lines.push(`${state.alerting ? 'alerting' : 'ringing'} ${call.peer.username}`)
  else if (state.name === 'ended') {
    // That of a session that is lost is told with the loss.
    if (state.reason !== 'lost') lines.push(`ended ${state.reason}`)
  } else if ('peer' in state) {
    if (!('peer' in before)) lines.push(`active ${call.role}`)
    else {
      const { onHold, audioMuted } = state.peer
      if (onHold !== before.peer.onHold || audioMuted !== before.peer.audioMuted) {
        lines.push(`peer hold ${onOff(onHold)} mute ${onOff(audioMuted)}`)
      }
      if (state.peerAway !== before.peerAway) lines.push(`peer ${state.peerAway ? 'away' : 'back'}`)
    }
  }
}

async function obey(client: Client, line: { cut(): void }, lines: string[], command: string): Promise<void> {
  const [word = ''] = command.split(' ', 1)
  const text = unescaped(command.slice(word.length + 1))
  const call = client.currentCall
  if (word === 'cut') line.cut()
  else if (word === 'call') {
    follow(client.call(await named(client, text)), lines)
  } else if (word === 'accept') call?.accept()
  else if (word === 'decline') call?.decline()
  else if (word === 'hangup') call?.hangup()
  else if (word === 'transfer') call?.transfer(await named(client, text))
  else if (word === 'take-back') call?.cancelTransfer()
  else if (word === 'hold') call?.hold(text === 'on')
  else if (word === 'mute') call?.mute({ audio: text === 'on' })
  else call?.signals.send(signalOf(word, text))
}

async function named(client: Client, name: string) {
  const { users } = await client.users.search({ startsWith: name })
  return users.find(({ username }) => username === name) ?? { id: name, username: name }
}

function signalOf(word: string, text: string): Signal {
  if (word === 'offer' || word === 'answer') return { kind: word, sdp: text }
  return { kind: 'candidate', candidate: text, sdpMid: '0', sdpMLineIndex: 0 }
}

const onOff = (on = false) => (on ? 'on' : 'off')

const escaped = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('\r', '\\r').replaceAll('\n', '\\n')

const unescaped = (text: string) =>
  text.replaceAll(/\\(.)/g, (_, sign: string) => (sign === 'r' ? '\r' : sign === 'n' ? '\n' : sign))
