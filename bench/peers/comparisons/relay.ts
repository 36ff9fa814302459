import { candidates, relayServer, relayTask, sdps } from '../../rows/relay/relay-row.ts'
import { turnsOfAll } from '../contenders.ts'
import type { Comparison } from './comparison.ts'

/** As the row relay-candidate. */
export const candidate: Comparison = {
  name: 'candidate',
  figures: { cpu: 'relayed candidate: server CPU, µs' },
  turns: turnsOfAll(({ run, subprotocol }, bench) =>
    run(relayServer, relayTask({ ...candidates(bench), subprotocol })),
  ),
}

/** As the row relay-sdp. */
export const sdp: Comparison = {
  name: 'sdp',
  figures: { cpu: 'relayed 6 KB SDP: server CPU, µs' },
  turns: turnsOfAll(({ run, subprotocol }, bench) =>
    run(relayServer, relayTask({ ...sdps(bench), subprotocol })),
  ),
}
