import type { Row } from '../harness/row.ts'
import { rssTcp, rssTls, rssWebSocket } from './connections/idle-rss.ts'
import { pollLatency, streamLatency } from './relay/events-latency.ts'
import { latencyBesideLogins } from './relay/latency-beside-logins.ts'
import { presenceChange } from './presence/presence-change.ts'
import { presenceFlapping } from './presence/presence-flapping.ts'
import { relayBesideC } from './relay/relay-beside-c.ts'
import { relayCandidate } from './relay/relay-candidate.ts'
import { relayJournal } from './relay/relay-journal.ts'
import { relayRoom } from './relay/relay-room.ts'
import { relayLatency } from './relay/relay-latency.ts'
import { relayWsBinary, relayWsJson } from './relay/relay-web-socket.ts'
import { relaySdp } from './relay/relay-sdp.ts'
import { registrationGrowth } from './accounts/registration-growth.ts'
import { registrationsSlowDisk } from './accounts/registrations-slow-disk.ts'
import { registrations } from './accounts/registrations.ts'
import { roomJoin } from './connections/room-join.ts'
import { roomMemory } from './connections/room-memory.ts'
import { resume } from './connections/resume.ts'
import { deadNode } from './nodes/dead-node.ts'
import { presenceNodes } from './nodes/presence-nodes.ts'
import { relayTwoNodes } from './nodes/relay-two-nodes.ts'
import { start } from './accounts/start.ts'
import { userList } from './accounts/user-list.ts'

/** In the order of the table of marks. */
export const rows: readonly Row[] = [
  relayCandidate,
  relaySdp,
  relayWsBinary,
  relayWsJson,
  relayJournal,
  relayRoom,
  relayLatency,
  relayBesideC,
  latencyBesideLogins,
  streamLatency,
  pollLatency,
  presenceChange,
  presenceFlapping,
  rssTcp,
  rssTls,
  rssWebSocket,
  roomMemory,
  registrations,
  registrationsSlowDisk,
  registrationGrowth,
  start,
  userList,
  resume,
  roomJoin,
  relayTwoNodes,
  presenceNodes,
  deadNode,
]
