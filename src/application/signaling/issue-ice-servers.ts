import type { UserId } from '../../domain/ids.ts'
import type { Effect } from '../effect.ts'
import type { IceServers } from '../ports/ice-servers.ts'

export type IssueIceServers = (to: UserId) => readonly Effect[]

/** STUN and TURN servers for a user, with fresh credentials where they are limited in time (ICE-1). */
export function makeIssueIceServers({ iceServers }: { readonly iceServers: IceServers }): IssueIceServers {
  return (to) => [{ kind: 'ice-servers', to, ice: iceServers.issue(to) }]
}
