import { inTurn } from '../../harness/in-turn.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import type { Row } from '../../harness/row.ts'
import { candidates, relayServer, relayTask } from './relay-row.ts'

const ROOM_SIZE = 10

export const relayRoom: Row = {
  name: 'relay-room',
  what: 'Relay of an ICE candidate between 50 pairs in rooms of 10, with 32 in flight each',
  figures: {
    cpu: { what: 'server CPU a message', unit: 'µs', against: 'the same in calls', mark: { atMost: 1.1 } },
  },
  run(bench) {
    const relay = { ...candidates(bench), resumable: true }
    return inTurn(bench, {
      base: () => withDaemon(relayServer, relayTask(relay)),
      daemon: () => withDaemon(relayServer, relayTask({ ...relay, roomSize: ROOM_SIZE })),
    })
  },
}
