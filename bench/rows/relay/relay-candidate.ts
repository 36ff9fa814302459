import type { Row } from '../../harness/row.ts'
import { candidates, relayCpu } from './relay-row.ts'

export const relayCandidate: Row = {
  name: 'relay-candidate',
  what: 'Relay of an ICE candidate, 50 pairs with 32 in flight each',
  figures: {
    cpu: { what: 'server CPU a message', unit: 'µs', against: 'floor', mark: { atMost: 1.15 } },
  },
  run: (bench) => relayCpu(bench, candidates(bench)),
}
