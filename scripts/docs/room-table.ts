import { type RoomTransition, roomTransitions } from '../../src/domain/room-table.ts'

const WHO = { anyone: 'anyone', member: 'the member', owner: 'who made the room' } as const

/** The room machine of docs/protocol/rooms.md. */
export function roomTableMarkdown(): string {
  const rows = Object.entries<RoomTransition>(roomTransitions).map(
    ([event, transition]) => `| ${event} | ${row(transition)} |`,
  )
  return ['| event | by | who leaves | ROOM_LEFT | the others get |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  )
}

function row({ by, leaves, others }: RoomTransition): string {
  const who = leaves === undefined ? '' : leaves.who === 'all' ? 'everybody' : 'the member'
  const told = leaves?.isTold === true ? `\`${leaves.reason}\`` : ''
  const reason = leaves === undefined ? '' : `, reason \`${leaves.reason}\``
  return `${WHO[by]} | ${who} | ${told} | ${others === undefined ? '' : `\`${others}\`${reason}`}`
}
