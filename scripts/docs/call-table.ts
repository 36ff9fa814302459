import { type Notice, type Transition, transitions } from '../../src/domain/call-table.ts'

const MESSAGE: Readonly<Record<Notice, string>> = {
  alerting: 'RINGING',
  updated: 'CALL_UPDATE',
  moved: 'PEER_STATE',
  accepted: 'CALL_ACCEPTED',
  declined: 'CALL_DECLINED',
  hangup: 'HANGUP',
}

/** The call machine of PROTOCOL.md. */
export function callTableMarkdown(): string {
  const rows = Object.entries(transitions).flatMap(([phase, events]) =>
    Object.entries(events).map(([event, transition]) => `| ${phase} | ${event} | ${row(transition)} |`),
  )
  return ['| in | event | by | leads to | reason | tells |', '|---|---|---|---|---|---|', ...rows].join('\n')
}

function row({ by, next, tells }: Transition): string {
  const [phase, reason] = typeof next === 'string' ? [next, ''] : ['ended', `\`${next.ended}\``]
  const { others, ...parties } = tells
  const told = Object.entries(parties).map(([role, notice]) => `${role} ${MESSAGE[notice]}`)
  if (others !== undefined) told.push(`other devices HANGUP \`${others}\``)
  const who = by === 'party' ? 'either party' : by
  return `${who} | ${phase} | ${reason} | ${told.join(', ')}`
}
