import assert from 'node:assert/strict'
import { isIn, type LiveCall, type PartyRole } from '../../../src/domain/call.ts'
import type { Tally } from '../../unit/resumption/model/ledger.ts'
import type { House } from '../house/house.ts'
import type { Device } from './device.ts'

const ROLES: readonly PartyRole[] = ['caller', 'callee']

/** Which sessions have to do with the call: they must be told, and no others. */
async function sessionsIn({ ports }: House, call: LiveCall, role: PartyRole): Promise<readonly string[]> {
  const own = await ports.sessions.ofUser(call[role].id)
  return own.map(({ id }) => id).filter((id) => isIn(call, role, id))
}

/** What must be true at every moment, of the house and of what each device believes. */
export async function checkDevices(house: House, devices: readonly Device[], tally: Tally): Promise<void> {
  const calls = await house.ports.calls.list()
  const parties = calls.flatMap((call) => ROLES.map((role) => call[role].id))
  assert.equal(new Set(parties).size, parties.length, 'a user is in more than one call')

  const callOf = new Map<string, LiveCall>()
  for (const call of calls)
    for (const role of ROLES) {
      const sessions = await sessionsIn(house, call, role)
      assert(sessions.length > 0, `nobody has the ${role}'s side of a call that ${call.phase}`)
      if (call.phase === 'active') assert.equal(sessions.length, 1, 'two devices have one side of a call')
      if (role === 'callee' && sessions.length > 1) tally.add('rings at several')
      for (const session of sessions) callOf.set(session, call)
    }

  for (const { id, call } of house.inputs.administration.sessions())
    assert.equal(call, callOf.get(id)?.id, 'a session has another call than the machine')

  const present = await house.ports.presence.list()
  for (const { user } of house.inputs.administration.sessions())
    assert(present.has(user.id), `${user.username} has a session and is not present`)
  for (const { user, state } of present.values()) {
    const own = calls.find(({ caller, callee }) => caller.id === user.id || callee.id === user.id)
    const isBusy = own !== undefined && (own.phase === 'active' || own.caller.id === user.id)
    assert.equal(state, isBusy ? 'Busy' : 'Available', `the presence of ${user.username}`)
    assert(
      (await house.ports.sessions.ofUser(user.id)).length > 0,
      `${user.username} is present by no session`,
    )
  }

  for (const device of devices) {
    if (device.isAway) continue
    const call = callOf.get(device.sessionId)
    const has = call?.phase === 'active' ? call.id : undefined
    const rings = call?.phase === 'ringing' ? call.id : undefined
    assert.equal(device.callIn('has'), has, `what a device of ${device.name} takes for its call`)
    assert.equal(device.callIn('rings'), rings, `what a device of ${device.name} takes for ringing`)
  }
}
