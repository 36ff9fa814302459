import type { CallState, ClientState, User } from 'roomrtc-client'

export interface View {
  readonly me: string
  readonly connection: ClientState
  /** Others, in the order in which they are shown. */
  readonly roster: readonly User[]
  readonly call:
    | {
        readonly peer: string
        readonly state: CallState
        readonly durationMs: number
        readonly chat: boolean
      }
    | undefined
  /** What happened, the latest at the end. */
  readonly news: readonly string[]
}

const NEWS = 6

/** As it stands on a terminal so wide and so high, the line that is typed not counted. */
export function render(
  { me, connection, roster, call, news }: View,
  columns: number,
  rows: number,
): readonly string[] {
  const lines = [`${me}, ${connectionText(connection)}`, '']
  const below = ['', call === undefined ? 'no call' : callText(call), '', ...news.slice(-NEWS)]
  const room = Math.max(3, rows - lines.length - below.length - 1)
  lines.push(...rosterLines(roster, columns, room), ...below)
  return lines.map((line) => cut(line, columns))
}

/** In columns as wide as the longest name, down and then right. */
function rosterLines(roster: readonly User[], columns: number, room: number): readonly string[] {
  if (roster.length === 0) return ['nobody else is here']
  const cells = roster.map(({ username, state }) => `${SIGN[state]} ${username}`)
  const width = cells.reduce((most, cell) => Math.max(most, cell.length), 0) + 2
  const across = Math.max(1, Math.floor(columns / width))
  const height = Math.min(room, Math.ceil(cells.length / across))
  const shown = cells.slice(0, height * across)
  const lines = Array.from({ length: height }, (_, row) =>
    Array.from({ length: across }, (_, column) => (shown[column * height + row] ?? '').padEnd(width))
      .join('')
      .trimEnd(),
  )
  const left = cells.length - shown.length
  return left === 0
    ? lines
    : [...lines.slice(0, -1), `… and ${left + across} more; find NAME looks among them`]
}

const SIGN: Readonly<Record<User['state'], string>> = { Available: '●', Busy: '◐', Disconnected: '○' }

export function callText({ peer, state, durationMs, chat }: NonNullable<View['call']>): string {
  switch (state.name) {
    case 'ringing-out':
      return `${state.alerting ? `it rings at ${peer}` : `calling ${peer}`}: hangup takes it back`
    case 'ringing-in':
      return `${peer} calls: accept or decline`
    case 'active':
      return `in a call with ${peer}  ${clock(durationMs)}${state.peerAway ? '  (reconnecting)' : ''}${chat ? '  say TEXT writes' : ''}`
    case 'held':
      return `held by ${state.by === 'me' ? 'you' : state.by === 'peer' ? peer : 'both'}, call with ${peer}  ${clock(durationMs)}`
    case 'ended':
      return `call with ${peer} ended: ${state.reason}, ${clock(state.durationMs)}`
    default:
      return state satisfies never
  }
}

function connectionText(state: ClientState): string {
  switch (state.name) {
    case 'online':
      return 'connected'
    case 'reconnecting':
      return `reconnecting, try ${state.attempt}`
    case 'offline':
      return 'no network'
    case 'signed-out':
    case 'closed':
      return state.why.message
    default:
      return state satisfies never
  }
}

function clock(ms: number): string {
  const secs = Math.floor(ms / 1000)
  return `${Math.floor(secs / 60)}:${String(secs % 60).padStart(2, '0')}`
}

function cut(line: string, columns: number): string {
  const signs = Array.from(line)
  return signs.length <= columns ? line : `${signs.slice(0, Math.max(0, columns - 1)).join('')}…`
}
