import { inTurn } from '../../harness/in-turn.ts'
import type { Row } from '../../harness/row.ts'
import { lacksNodes, withNodes } from '../../harness/servers/with-nodes.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import { ACCOUNTS_ACROSS, relayAcross } from './relay-across.ts'

const ONE = 'one node without Redis'

export const relayTwoNodes: Row = {
  name: 'relay-two-nodes',
  what: 'Relay of an ICE candidate between sessions that outlive a connection, 50 pairs, caller and callee at different nodes',
  lacks: lacksNodes,
  figures: {
    p50: { what: 'p50 at 20 a second and pair', unit: 'µs', against: ONE, mark: { atMost: 3 } },
    p99: { what: 'p99 at 20 a second and pair', unit: 'µs', against: ONE, mark: { atMost: 5 } },
    cpu: {
      what: 'CPU a message of both nodes, 32 in flight',
      unit: 'µs',
      against: ONE,
      mark: { atMost: 4 },
    },
    redis: { what: 'CPU a message of Redis, the same', unit: 'µs', against: undefined, mark: undefined },
    writes: {
      what: 'scripts that Redis runs a message, paced',
      unit: '',
      against: undefined,
      mark: { atMost: 1 },
    },
    reads: {
      what: 'other commands that Redis gets a message, paced',
      unit: '',
      against: undefined,
      mark: undefined,
    },
  },
  run: (bench) =>
    inTurn(bench, {
      base: () =>
        withDaemon({ accounts: ACCOUNTS_ACROSS, allAvailable: true }, (server, load) =>
          relayAcross(bench, [server], load),
        ),
      daemon: () =>
        withNodes(2, { accounts: ACCOUNTS_ACROSS }, ({ nodes, redis, load }) =>
          relayAcross(bench, nodes, load, redis),
        ),
    }),
}
