import { inTurn } from '../../harness/in-turn.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import type { Row } from '../../harness/row.ts'
import { candidates, relayServer, relayTask } from './relay-row.ts'

export const relayJournal: Row = {
  name: 'relay-journal',
  what: 'Relay of an ICE candidate between sessions that survive a crash, 50 pairs with 32 in flight each',
  figures: {
    cpu: {
      what: 'server CPU a message',
      unit: 'µs',
      against: 'the same without the journal',
      mark: { atMost: 1.1 },
    },
  },
  run: (bench) => {
    const task = relayTask({ ...candidates(bench), resumable: true })
    const daemon = (survive_crash: boolean) => () =>
      withDaemon({ ...relayServer, config: { resume: { survive_crash } } }, task)
    return inTurn(bench, { base: daemon(false), daemon: daemon(true) })
  },
}
