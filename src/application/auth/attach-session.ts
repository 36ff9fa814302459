import type { SessionId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import { tellPeerState } from '../call/tell-peer-state.ts'
import type { ViewCall } from '../call/view-call.ts'
import type { Effect } from '../effect.ts'
import type { CallStore } from '../ports/call-store.ts'
import type { Presence } from '../ports/presence.ts'
import type { ListUsers } from '../user/list-users.ts'

interface Deps {
  readonly presence: Presence
  readonly calls: CallStore
  readonly viewCall: ViewCall
  readonly listUsers: ListUsers
}

export type AttachSession = (input: {
  readonly user: User
  readonly session: SessionId
}) => Promise<readonly Effect[]>

/**
 * Gives a session the asker's connection (RESUME-2), whether or not it has lost its own. The user list is the truth about
 * what was not told in between.
 */
export function makeAttachSession({ presence, calls, viewCall, listUsers }: Deps): AttachSession {
  return async ({ user, session }) => {
    const present = await presence.find(user.id)
    if (present?.session !== session) throw new Error('a session that is there is present')
    const { detachedSince, ...attached } = present
    await presence.put(attached)
    return [
      { kind: 'session-attached', session },
      { kind: 'answer-resumed', user, call: await viewCall(user), users: await listUsers({}) },
      ...(detachedSince === undefined ? [] : await tellPeerState(calls, user, 'connected')),
    ]
  }
}
