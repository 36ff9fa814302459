import { z } from 'zod'
import { member } from '../../protocol/messages/room.ts'

/** What the routes answer, for the commands that read it. docs/administration.md shows an example of each. */

const count = z.int().min(0)

export const statusAnswer = z.object({
  version: z.string(),
  pid: z.int(),
  phase: z.enum(['running', 'draining', 'stopping']),
  uptime_secs: count,
  config: z.string(),
  address: z.string(),
  port: z.int(),
  tls: z.boolean(),
  log_level: z.string(),
  connections: count,
  sessions: z.object({ live: count, detached: count }),
  calls: z.object({ ringing: count, active: count }),
  rooms: z.object({ occupied: count, members: count }),
  accounts: count,
  bans: count,
  memory_bytes: z.object({ rss: count, heap_used: count }),
})
export type StatusAnswer = z.output<typeof statusAnswer>

const session = z.object({
  session: z.string(),
  user_id: z.string(),
  username: z.string(),
  state: z.enum(['live', 'detached']),
  connection: z.int().nullable(),
  transport: z.string().nullable(),
  address: z.string().nullable(),
  call: z.string().nullable(),
  capabilities: z.array(z.string()),
  /** Only in a cluster: where it is, or was connected last. */
  node: z.string().optional(),
})
export const sessionsAnswer = z.object({ sessions: z.array(session), total: count })
export type SessionsAnswer = z.output<typeof sessionsAnswer>

const node = z.object({
  node: z.string(),
  /** The one that answers. */
  this: z.boolean(),
  sessions: z.object({ live: count, detached: count }),
  calls: z.object({ ringing: count, active: count }),
  /** Null of the others, which know it themselves. */
  lease_left_ms: count.nullable(),
})
export const nodesAnswer = z.object({ nodes: z.array(node) })
export type NodesAnswer = z.output<typeof nodesAnswer>

const call = z.object({
  call: z.string(),
  phase: z.enum(['ringing', 'active']),
  caller: z.string(),
  callee: z.string(),
  /** How long it has rung, or has been talked. */
  seconds: count,
})
export const callsAnswer = z.object({ calls: z.array(call), total: count })
export type CallsAnswer = z.output<typeof callsAnswer>

const quality = z.object({
  rtt_ms: z.number().optional(),
  jitter_ms: z.number().optional(),
  loss_percent: z.number().optional(),
  bitrate_kbps: z.number().optional(),
  score: z.number().optional(),
  relayed: z.boolean().optional(),
})

const pastCall = z.object({
  call: z.string(),
  direction: z.enum(['incoming', 'outgoing']),
  /** Null where the account is gone. */
  peer: z.string().nullable(),
  peer_user_id: z.string(),
  outcome: z.string(),
  reason: z.string(),
  /** ISO 8601, UTC. */
  started_at: z.string(),
  /** How long it was active. */
  seconds: count,
  seen: z.boolean(),
  /** As the two parties told last; null where one has told nothing. */
  quality: z.object({ own: quality.nullable(), peer: quality.nullable() }),
})
export const historyAnswer = z.object({ calls: z.array(pastCall), unseen: count })
export type HistoryAnswer = z.output<typeof historyAnswer>

/** A message as it is exported. `conversation`: the key by which it is stored. */
const keptMessage = z.object({
  message: z.string(),
  conversation: z.string(),
  from_user_id: z.string(),
  guest_name: z.string().nullable(),
  created_at: z.string(),
  edited_at: z.string().nullable(),
  deleted_at: z.string().nullable(),
  text: z.string(),
  attachments: z.array(
    z.object({
      fileId: z.string(),
      name: z.string(),
      type: z.string(),
      bytes: z.number(),
      thumbnail: z.string().optional(),
    }),
  ),
  reactions: z.array(z.object({ sign: z.string(), users: z.array(z.string()) })),
})

export const messagesAnswer = z.object({ messages: z.array(keptMessage) })
export type MessagesAnswer = z.output<typeof messagesAnswer>

export const purgedAnswer = z.object({ purged: count })
export type PurgedAnswer = z.output<typeof purgedAnswer>

const room = z.object({
  room: z.string(),
  name: z.string(),
  max_members: count,
  invite_only: z.boolean(),
})
/** `next`: what to give as `after` for the rooms that follow; null at the end. */
export const roomsAnswer = z.object({
  rooms: z.array(room.extend({ members: count })),
  next: z.string().nullable(),
})
export type RoomsAnswer = z.output<typeof roomsAnswer>
export const roomAnswer = room.extend({
  /** By name, or where there is no account by id; null: a permanent room. */
  owner: z.string().nullable(),
  members: z.array(member),
})
export type RoomAnswer = z.output<typeof roomAnswer>
export const admissionAnswer = z.object({ invite: z.string() })
export type AdmissionAnswer = z.output<typeof admissionAnswer>

const ban = z.object({ address: z.string(), seconds_left: count })
export const bansAnswer = z.object({ bans: z.array(ban), total: count })
export type BansAnswer = z.output<typeof bansAnswer>
export const banAnswer = ban
export const liftedAnswer = z.object({ address: z.string() })

/** In Prometheus' format, as an HTTP server would send it. */
export const metricsAnswer = z.object({ content_type: z.string(), text: z.string() })
export type MetricsAnswer = z.output<typeof metricsAnswer>

export const doneAnswer = z.object({})
export const endedAnswer = z.object({ ended: count })
export const levelAnswer = z.object({ level: z.string() })
export const phaseAnswer = z.object({ phase: z.enum(['running', 'draining', 'stopping']) })
export const reloadAnswer = z.object({ log_level: z.string() })

const user = z.object({
  user_id: z.string(),
  username: z.string(),
  created_at: z.int(),
  /** Of its sessions; `offline` where it has none. */
  state: z.enum(['live', 'detached', 'offline']),
  /** `none`: the account was made by the token of another issuer. */
  password: z.enum(['bcrypt', 'legacy', 'none']),
  /** It can neither log in nor resume. */
  disabled: z.boolean(),
  do_not_disturb: z.boolean(),
})
export const userAnswer = user

const invite = z.object({
  id: z.string(),
  note: z.string(),
  /** Unix milliseconds. */
  created_at: z.number(),
  expires_at: z.number().nullable(),
  uses: count,
  used: count,
})
export type InviteAnswer = z.output<typeof invite>
export const invitesAnswer = z.object({ invites: z.array(invite) })
/** The only time that the code is told. */
export const createdInviteAnswer = invite.extend({ code: z.string() })
export const revokedInviteAnswer = z.object({ id: z.string() })
export const changedAnswer = user.extend({ sessions_ended: count })
export type ChangedAnswer = z.output<typeof changedAnswer>
export type UserAnswer = z.output<typeof user>
/** `next`: what to give as `after` for the names that follow; null at the end. */
export const usersAnswer = z.object({ users: z.array(user), next: z.string().nullable() })
export type UsersAnswer = z.output<typeof usersAnswer>
export const passwdAnswer = z.object({ user_id: z.string(), username: z.string(), sessions_ended: count })
export const exportAnswer = z.object({ lines: z.array(z.string()), next: z.string().nullable() })
export type ExportAnswer = z.output<typeof exportAnswer>
export const importAnswer = z.object({
  lines: z.array(
    z.object({
      outcome: z.enum(['added', 'present', 'nothing', 'refused']),
      username: z.string().optional(),
      cause: z.string().optional(),
    }),
  ),
})

export const keysAnswer = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string(),
      kid: z.string(),
      use: z.literal('sig'),
      alg: z.literal('EdDSA'),
    }),
  ),
})
export const rotationAnswer = z.object({ kid: z.string(), earlier_keys: count })
export type RotationAnswer = z.output<typeof rotationAnswer>
export const tokenAnswer = z.object({
  token: z.string(),
  expires_in: count,
  user_id: z.string(),
  username: z.string(),
})
export type TokenAnswer = z.output<typeof tokenAnswer>
