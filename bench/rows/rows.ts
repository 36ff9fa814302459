import type { Row } from '../harness/row.ts'
import { rssTcp, rssTls } from './idle-rss.ts'
import { latencyBesideLogins } from './latency-beside-logins.ts'
import { presenceChange } from './presence-change.ts'
import { presenceFlapping } from './presence-flapping.ts'
import { relayCandidate } from './relay-candidate.ts'
import { relayLatency } from './relay-latency.ts'
import { relaySdp } from './relay-sdp.ts'
import { registrationGrowth, registrations, registrationsSlowDisk } from './registrations.ts'
import { resume } from './resume.ts'
import { start } from './start.ts'
import { userList } from './user-list.ts'

/** In the order of the table of marks; `registrationsSlowDisk` is not in it. */
export const rows: readonly Row[] = [
  relayCandidate,
  relaySdp,
  relayLatency,
  latencyBesideLogins,
  presenceChange,
  presenceFlapping,
  rssTcp,
  rssTls,
  registrations,
  registrationsSlowDisk,
  registrationGrowth,
  start,
  userList,
  resume,
]
