import { type Received, T } from '../wire/wire.ts'
import { createHouse, type House, type HouseClient } from './house.ts'
import type { Agreed } from './trio.ts'

export const DEVICE_CAPABILITIES = ['resume', 'call_control', 'rooms', 'devices']

/** alice, who calls, and bob on several devices, each logged in to one house. */
export interface Devices {
  readonly house: House
  readonly alice: HouseClient
  /** The oldest first. */
  readonly bob: readonly HouseClient[]
  /** alice calls bob, with these further fields: the call's id. Nothing of what they got is thrown away. */
  readonly ring: (fields?: object) => Promise<string>
  /** Throws away what they have received so far. */
  readonly forget: () => void
}

/** `ofBob`: what each of bob's devices agrees on. Four may be logged in at once, where the options do not say. */
export async function createDevices(
  ofBob: readonly Agreed[] = [DEVICE_CAPABILITIES, DEVICE_CAPABILITIES, undefined],
  options: Parameters<typeof createHouse>[0] = {},
): Promise<Devices> {
  const house = createHouse({ maxSessionsPerUser: 4, ...options })
  const alice = await house.logIn('alice', DEVICE_CAPABILITIES)
  const bob: HouseClient[] = []
  for (const agreed of ofBob) bob.push(await house.logIn('bob', agreed))
  const forget = () => {
    for (const client of [alice, ...bob]) client.take()
  }
  const ring = async (fields = {}) => {
    await alice.send(T.CALL_REQUEST, { to_user_id: bob[0]?.userId, ...fields })
    return String(alice.take(T.RINGING)[0]?.payload['call_id'])
  }
  forget()
  return { house, alice, bob, ring, forget }
}

/** What a device was told of calls, in short: the message's code and the reason or the state, where it has one. */
export function heard(client: HouseClient): (number | [number, unknown])[] {
  return client
    .take()
    .filter(({ type }) => type !== T.USER_STATE_UPDATE)
    .map(({ type, payload }: Received) => {
      const why = payload['reason'] ?? payload['state']
      return why === undefined ? type : [type, why]
    })
}
