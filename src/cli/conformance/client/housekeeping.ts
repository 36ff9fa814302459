import { agreeOn, capabilities } from '../../../protocol/capabilities.ts'
import type { ClientScenario } from '../scenarios/client-schema.ts'
import type { Received } from '../scenarios/received.ts'
import type { PlayedSession } from './played-session.ts'

/** What clients ask beside what a scenario is about; the played server answers it by itself. */
const usualLimits = {
  max_frame_bytes: 1_048_576,
  max_frame_bytes_before_login: 8192,
  max_relayed_payload_bytes: 1_048_320,
  max_call_payload_bytes: 65_536,
  max_metadata_bytes: 2048,
  login_timeout_ms: 10_000,
  frame_timeout_ms: 30_000,
  heartbeat_interval_ms: 30_000,
  session_timeout_ms: 60_000,
  ring_timeout_ms: 30_000,
  resume_window_ms: 60_000,
  max_outbox_frames: 1000,
  max_outbox_bytes: 1_048_576,
}

/** The other users there are. */
export const PEOPLE: Readonly<Record<string, { readonly user_id: string; readonly username: string }>> = {
  bob: { user_id: 'c81e0d94-76b2-4f1a-8d27-e5a9b3f06c1d', username: 'bob' },
  carol: { user_id: '7b1f9a30-55aa-4c3e-8f02-1d2c3b4a5968', username: 'carol' },
}
export const OWN_ID = '5f0c2b7e-3a41-4d0e-9c55-0b6a8e1d2f43'

const NO_ICE_SERVERS = {
  ice_servers: [],
  gathering_timeout_ms: 5000,
  connection_timeout_ms: 10_000,
  rtp_port_range: { start: 10_000, end: 20_000 },
}

export interface Answer {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** What the client is to the played server, so far. */
export interface Guest {
  username: string
  wanted: readonly string[]
}

/** The answers to a message by which a scenario need not trouble itself; undefined for every other. */
export function houseAnswers(
  name: string,
  { payload }: Received,
  guest: Guest,
  session: PlayedSession,
  scenario: ClientScenario,
): readonly Answer[] | undefined {
  const offered = scenario.offers ?? Object.keys(capabilities)
  const agreed = [...agreeOn(guest.wanted)].filter((one) => offered.includes(one))
  switch (name) {
    case 'HELLO': {
      guest.wanted = strings(payload['capabilities'])
      const both = [...agreeOn(guest.wanted)].filter((one) => offered.includes(one))
      const limits = { ...usualLimits, ...scenario.limits }
      return [
        { type: 'WELCOME', payload: { protocol: 1, server: 'conformance kit', capabilities: both, limits } },
      ]
    }
    case 'REGISTER_REQUEST':
      guest.username = String(payload['username'])
      return [{ type: 'REGISTER_RESPONSE', payload: self(guest) }]
    case 'LOGIN_REQUEST': {
      guest.username = typeof payload['username'] === 'string' ? payload['username'] : 'alice'
      session.begin(agreed.includes('resume'))
      const resumption = session.resumable ? { session_token: session.token, resume_window_ms: 60_000 } : {}
      const ice: Answer = { type: 'ICE_SERVERS', payload: NO_ICE_SERVERS }
      const login: Answer = { type: 'LOGIN_RESPONSE', payload: { ...self(guest), ...resumption } }
      return agreed.includes('ice_servers') ? [login, ice] : [login]
    }
    case 'LOGOUT_REQUEST':
      return [{ type: 'LOGOUT_RESPONSE', payload: { success: true, error: null } }]
    case 'USER_LIST_REQUEST':
      return [{ type: 'USER_LIST_RESPONSE', payload: userList(guest) }]
    case 'ICE_SERVERS_REQUEST':
      return [{ type: 'ICE_SERVERS', payload: NO_ICE_SERVERS }]
    case 'HEARTBEAT':
      return [{ type: 'HEARTBEAT', payload: { timestamp: payload['timestamp'] } }]
    default:
      return undefined
  }
}

export function userList(guest: Guest): Readonly<Record<string, unknown>> {
  const own = { user_id: OWN_ID, username: guest.username, state: 'Available' }
  return { users: [own, ...Object.values(PEOPLE).map((person) => ({ ...person, state: 'Available' }))] }
}

function self({ username }: Guest): Readonly<Record<string, unknown>> {
  return { success: true, user_id: OWN_ID, username }
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
