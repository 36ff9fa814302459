import type { Row } from '../../harness/row.ts'
import { relayCpu, sdps } from './relay-row.ts'

export const relaySdp: Row = {
  name: 'relay-sdp',
  what: 'Relay of a 6 KB SDP, 50 pairs with 32 in flight each',
  figures: { cpu: { what: 'server CPU a message', unit: 'µs', against: 'floor', mark: { atMost: 1.3 } } },
  run: (bench) => relayCpu(bench, sdps(bench)),
}
