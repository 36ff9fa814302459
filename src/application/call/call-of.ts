import { type LiveCall, otherRole, partyOf, type PartyRole } from '../../domain/call.ts'
import type { UserId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import type { Tx } from '../ports/transaction.ts'

/** A call that rings or is active, as one of its parties is in it. */
interface OwnCall {
  readonly call: LiveCall
  readonly role: PartyRole
  readonly peer: User
  readonly peerRole: PartyRole
}

/** The call that the user is in, by whichever of its sessions. */
export async function callOf({ calls }: Tx, user: UserId): Promise<OwnCall | undefined> {
  const call = await calls.liveCallOf(user)
  const party = call === undefined ? undefined : partyOf(call, user)
  if (call === undefined || party === undefined) return undefined
  return { call, ...party, peerRole: otherRole(party.role) }
}
