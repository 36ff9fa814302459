import type { Metric, Sample } from '../../application/ports/metrics.ts'
import { messagesByCode } from '../../protocol/message-table.ts'
import type { FrameCounts } from '../../session/figures/frame-counts.ts'
import { inSeconds } from './in-seconds.ts'
import type { MetricSources } from './sources.ts'

/** What is said, what is refused, and how long relaying takes. */
export function messageMetrics({ figures, securityEvents, banned }: MetricSources): readonly Metric[] {
  return [
    {
      name: 'messages_total',
      kind: 'counter',
      help: 'Messages by their name in the message table of PROTOCOL.md; "unknown" are those of a type that is not in it.',
      labels: ['type', 'direction'],
      read: () => [...counted(figures.received, 'in'), ...counted(figures.sent, 'out')],
    },
    {
      name: 'relay_seconds',
      kind: 'histogram',
      help: 'How long a signal (SDP or candidate) is in the server: from being taken out of the bytes received to the write that sends it on.',
      read: () => inSeconds(figures.signals.durations),
    },
    {
      name: 'refusals_total',
      kind: 'counter',
      help: 'Requests refused, connections ended by the server and connections not let in, by the reason in the table of errors of PROTOCOL.md.',
      labels: ['reason'],
      read: () => figures.refusals.entries(),
    },
    {
      name: 'logins_total',
      kind: 'counter',
      help: 'LOGIN_REQUEST by its result: granted, or the reason of the refusal.',
      labels: ['result'],
      read: () => figures.logins.entries(),
    },
    {
      name: 'bans_total',
      kind: 'counter',
      help: 'Bans of addresses: because of a flood, or by an administrator. Each connection that is expelled counts.',
      labels: ['by'],
      read: () => figures.bans.entries(),
    },
    {
      name: 'banned_addresses',
      kind: 'gauge',
      help: 'Addresses that are banned now. All nodes of a cluster have the same bans, and each counts all of them.',
      read: () => [[banned()]],
    },
    {
      name: 'security_events_total',
      kind: 'counter',
      help: 'Security events, as docs/security-events.md has them, whether or not there is a log of them.',
      labels: ['event'],
      read: () => securityEvents.entries(),
    },
  ]
}

function counted(frames: FrameCounts, direction: 'in' | 'out'): Sample[] {
  const known = [...messagesByCode]
    .filter(([, { client, server }]) => (direction === 'in' ? client : server) !== undefined)
    .map(([code, { name }]): Sample => [name, direction, frames.of(code)])
  if (direction === 'out') return known
  const taken = new Set(
    [...messagesByCode].filter(([, { client }]) => client !== undefined).map(([code]) => code),
  )
  return [...known, ['unknown', direction, frames.except(taken)]]
}
