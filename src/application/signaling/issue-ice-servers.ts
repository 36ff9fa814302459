import type { SessionId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import type { Effect } from '../effect.ts'
import type { IceServers } from '../ports/ice-servers.ts'

export type IssueIceServers = (to: { readonly id: SessionId; readonly user: User }) => readonly Effect[]

/** STUN and TURN servers for a session, with fresh credentials where they are limited in time (ICE-1). */
export function makeIssueIceServers({ iceServers }: { readonly iceServers: IceServers }): IssueIceServers {
  return ({ id, user }) => [{ kind: 'ice-servers', to: id, ice: iceServers.issue(user.id) }]
}
