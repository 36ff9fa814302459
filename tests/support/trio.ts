import { createHouse, type HouseClient } from './house.ts'
import { T } from './wire.ts'

/** alice, bob and carol, logged in to one house, and the way to a call between the first two. */
export interface Trio {
  readonly house: ReturnType<typeof createHouse>
  readonly alice: HouseClient
  readonly bob: HouseClient
  readonly carol: HouseClient
  /** Throws away what they have received so far. */
  forget(): void
  /** alice calls bob: the call's id. */
  ring(): Promise<string>
  /** alice calls bob, who accepts: the call's id. */
  connect(): Promise<string>
}

export async function createTrio(): Promise<Trio> {
  const house = createHouse()
  const [alice, bob, carol] = [
    await house.logIn('alice'),
    await house.logIn('bob'),
    await house.logIn('carol'),
  ]
  const forget = () => {
    for (const client of [alice, bob, carol]) client.take()
  }
  const ring = async () => {
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const call_id = String(bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
    forget()
    return call_id
  }
  const connect = async () => {
    const call_id = await ring()
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    forget()
    return call_id
  }
  forget()
  return { house, alice, bob, carol, forget, ring, connect }
}
