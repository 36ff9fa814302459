import { createHouse, type House, type HouseClient } from './house.ts'
import { T } from '../wire/wire.ts'

/** alice, bob and carol, logged in to one house, and the way to a call between the first two. */
export interface Trio {
  readonly house: House
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

/** What a client agrees on in its HELLO; undefined: it says none, and is a client of v1. */
export type Agreed = readonly string[] | undefined

export async function createTrio(
  { ofAlice, ofBob }: { readonly ofAlice?: Agreed; readonly ofBob?: Agreed } = {},
  options: Parameters<typeof createHouse>[0] = {},
): Promise<Trio> {
  const house = createHouse(options)
  const [alice, bob, carol] = [
    await house.logIn('alice', ofAlice),
    await house.logIn('bob', ofBob),
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
