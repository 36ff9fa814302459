import type { Row } from '../harness/row.ts'
import { relayCandidate } from './relay-candidate.ts'
import { relayLatency } from './relay-latency.ts'
import { relaySdp } from './relay-sdp.ts'

/** In the order of the table of marks. */
export const rows: readonly Row[] = [relayCandidate, relaySdp, relayLatency]
