import { agreeOn, type Capability, capabilities, PROTOCOLS } from '../protocol/capabilities.ts'
import type { ClientMessage } from '../protocol/message-table.ts'
import type { Pushed } from './pushed.ts'

/** What the server answers to HELLO. */
export type Welcome = Pick<Pushed<'WELCOME'>['payload'], 'capabilities' | 'limits' | 'server'>

/** What was agreed on, as far as it is of use here. */
export interface Agreement {
  readonly wanted: readonly Capability[]
  readonly canResume: boolean
  readonly heartbeatMs: number
  /** After so many messages of calls, either way, a heartbeat lets both ends forget them. */
  readonly heartbeatAfter: number
}

const CLIENT_NAME = 'roomrtc-sdk'

/** Well before the server's outbox is full. */
const PART_OF_OUTBOX = 16

export const everyCapability: readonly Capability[] = [...agreeOn(Object.keys(capabilities))]

export function helloWith(wanted: readonly Capability[]): ClientMessage {
  const [protocol = 1] = PROTOCOLS
  return { type: 'HELLO', payload: { protocol, client: CLIENT_NAME, capabilities: [...wanted] } }
}

export function readWelcome(
  wanted: readonly Capability[],
  { capabilities: agreed, limits }: Welcome,
): Agreement {
  return {
    wanted,
    canResume: agreed.includes('resume'),
    // Whatever the operator chose: silence for as long as the latter would end the connection.
    heartbeatMs: Math.min(limits.heartbeat_interval_ms, limits.session_timeout_ms / 2),
    heartbeatAfter: Math.max(1, Math.floor(limits.max_outbox_frames / PART_OF_OUTBOX)),
  }
}
