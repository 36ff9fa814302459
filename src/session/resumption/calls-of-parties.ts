import type { ActiveCall, LiveCall } from '../../domain/call.ts'
import type { UserId } from '../../domain/ids.ts'

/**
 * Those of the calls that can be together, whatever the file says: nobody is in two of them, except who is in an active call
 * and is to be handed over by a transfer that rings. A transfer and its ring are both there, or neither is.
 */
export function callsOfParties(left: readonly LiveCall[]): readonly LiveCall[] {
  const inCalls = new Set<UserId>()
  const enter = (...users: readonly UserId[]): boolean => {
    if (new Set(users).size < users.length || users.some((user) => inCalls.has(user))) return false
    for (const user of users) inCalls.add(user)
    return true
  }
  const calls = left.filter((call) => transferOf(call) === undefined && enter(call.caller.id, call.callee.id))
  const rings = left.filter((ring) => {
    const of = transferOf(ring)
    const call = calls.find(({ id }) => id === of)
    return call?.phase === 'active' && call.transfer?.to === ring.id && enter(ring.callee.id)
  })
  const stand = new Set(rings.map(({ id }) => id))
  return [...calls.map((call) => (call.phase === 'active' ? transferred(call, stand) : call)), ...rings]
}

function transferOf(call: LiveCall): string | undefined {
  return call.phase === 'ringing' ? call.transfer?.of : undefined
}

function transferred({ transfer, ...call }: ActiveCall, rings: ReadonlySet<string>): ActiveCall {
  return transfer !== undefined && rings.has(transfer.to) ? { ...call, transfer } : call
}
