import type { Row } from '../harness/row.ts'
import { relayCpu } from './relay-row.ts'

export const relaySdp: Row = {
  name: 'relay-sdp',
  what: 'Relay of a 6 KB SDP, 50 pairs with 32 in flight each',
  figures: { cpu: { what: 'server CPU a message', unit: 'µs', against: 'floor', mark: { atMost: 1.3 } } },
  run: (bench) =>
    relayCpu(bench, {
      kind: 'sdp',
      warmUp: bench.pick({ full: 400, quick: 200, smoke: 5 }),
      messages: bench.pick({ full: 2000, quick: 800, smoke: 20 }),
    }),
}
