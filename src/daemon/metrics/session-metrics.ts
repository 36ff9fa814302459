import type { Metric } from '../../application/ports/metrics.ts'
import type { MetricSources } from './sources.ts'

/** Connections, sessions, calls and presence: how much there is, and how much there was. */
export function sessionMetrics(sources: MetricSources): readonly Metric[] {
  const { figures, traffic } = sources
  return [
    {
      name: 'connections',
      kind: 'gauge',
      help: 'Connections that have a place now.',
      labels: ['transport'],
      read: () => Object.entries(traffic()).map(([transport, { inside }]) => [transport, inside]),
    },
    {
      name: 'connections_total',
      kind: 'counter',
      help: 'Connections that were given a place.',
      labels: ['transport'],
      read: () => Object.entries(traffic()).map(([transport, { total }]) => [transport, total]),
    },
    {
      name: 'connections_limit',
      kind: 'gauge',
      help: 'How many connections there may be: server.max_connections, or fewer where the process may not open so many files.',
      read: () => [[sources.maxConnections]],
    },
    {
      name: 'tls_handshake_failures_total',
      kind: 'counter',
      help: 'TLS handshakes that failed.',
      read: () => [[sources.failedHandshakes()]],
    },
    {
      name: 'sessions',
      kind: 'gauge',
      help: 'Logins that go on: live ones have a connection, detached ones wait for their client to resume.',
      labels: ['state'],
      read: () => Object.entries(sources.sessions()),
    },
    {
      name: 'resumptions_total',
      kind: 'counter',
      help: 'RESUME by its result: granted, or the reason of RESUME_REFUSED.',
      labels: ['result'],
      read: () => figures.resumptions.entries(),
    },
    {
      name: 'calls',
      kind: 'gauge',
      help: 'Calls now.',
      labels: ['phase'],
      read: async () => Object.entries(await sources.calls()),
    },
    {
      name: 'calls_total',
      kind: 'counter',
      help: 'Calls that were placed, and calls that were accepted. Those that a restart takes up again count anew.',
      labels: ['step'],
      read: () => figures.calls.entries(),
    },
    {
      name: 'calls_ended_total',
      kind: 'counter',
      help: 'Calls that ended, by the reason that the parties were told.',
      labels: ['reason'],
      read: () => figures.callEnds.entries(),
    },
    {
      name: 'rooms',
      kind: 'gauge',
      help: 'Rooms in which somebody is.',
      read: async () => [[(await sources.rooms()).occupied]],
    },
    {
      name: 'room_members',
      kind: 'gauge',
      help: 'Users in rooms.',
      read: async () => [[(await sources.rooms()).members]],
    },
    {
      name: 'presence_changes_total',
      kind: 'counter',
      help: 'Changes of presence.',
      read: () => [[figures.presence.of('change')]],
    },
    {
      name: 'presence_merges_total',
      kind: 'counter',
      help: 'Changes of presence that took the place of one that was still to be told: in a storm of changes to everybody, or to a client that does not keep up.',
      labels: ['cause'],
      read: () => [
        ['storm', figures.presence.of('storm')],
        ['slow_client', figures.presence.of('slow_client')],
      ],
    },
    {
      name: 'outbox_bytes',
      kind: 'gauge',
      help: 'What waits for acknowledgement by all sessions that can be resumed; resume.max_total_outbox_bytes bounds it.',
      read: () => [[sources.outboxBytes()]],
    },
    {
      name: 'accounts',
      kind: 'gauge',
      help: 'Accounts.',
      read: async () => [[await sources.accounts()]],
    },
  ]
}
