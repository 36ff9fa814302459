import type { Effect } from '../../application/effect.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { ServerMessage } from '../../protocol/message-table.ts'
import type { PublicSettings } from './public-settings.ts'
import type { Session } from '../session.ts'

type IceServers = Extract<Effect, { kind: 'ice-servers' }>

/** The part of their time after which TURN credentials are renewed (ICE-3). */
const RENEWED_AFTER = 0.75

/** ICE_SERVERS, and a note in the session of when it is to come again. */
export function issueTo(
  session: Session,
  { ice: { servers, ttlSecs } }: IceServers,
  { settings, clock }: { readonly settings: PublicSettings; readonly clock: Clock },
): ServerMessage {
  session.renewIceAt =
    ttlSecs === undefined ? undefined : clock.monotonicMs() + ttlSecs * 1000 * RENEWED_AFTER
  const payload = {
    ice_servers: servers.map((server) => ({ ...server, urls: [...server.urls] })),
    ...(ttlSecs === undefined ? {} : { ttl_secs: ttlSecs }),
    ...settings.ice,
  }
  return { type: 'ICE_SERVERS', payload }
}

/** Those who are in a call with credentials that are about to end; `now` in monotonic milliseconds. */
export function dueForRenewal(sessions: Iterable<Session>, now: number): Session[] {
  const due: Session[] = []
  // No generator: it would make an object for each session, ten times a second.
  for (const session of sessions) {
    const { endpoint, call, renewIceAt = Infinity } = session
    if (endpoint !== undefined && call !== undefined && renewIceAt <= now) due.push(session)
  }
  return due
}
