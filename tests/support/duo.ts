import { createHouse, type House, type HouseClient } from './house.ts'
import { T } from './wire.ts'

/** What a client agrees on in its HELLO; undefined: it says none, and is a client of v1. */
export type Agreed = readonly string[] | undefined

/** alice, who calls, bob, who is called, and carol, a bystander of v1. */
export interface Duo {
  readonly house: House
  readonly alice: HouseClient
  readonly bob: HouseClient
  readonly carol: HouseClient
  /** Throws away what they have received so far. */
  readonly forget: () => void
  /** alice calls bob, with these further fields: the call's id. Nothing of what they got is thrown away but the ring. */
  readonly ring: (fields?: object) => Promise<string>
  /** alice calls bob, who accepts: the call's id. What they got is thrown away. */
  readonly connect: () => Promise<string>
  /** The users who are Busy, by name. */
  readonly busy: () => Promise<string[]>
}

export async function createDuo(
  ofAlice: Agreed,
  ofBob: Agreed,
  options: Parameters<typeof createHouse>[0] = {},
): Promise<Duo> {
  const house = createHouse(options)
  const alice = await house.logIn('alice', ofAlice)
  const bob = await house.logIn('bob', ofBob)
  const carol = await house.logIn('carol')
  const forget = () => {
    for (const client of [alice, bob, carol]) client.take()
  }
  const ring = async (fields = {}) => {
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, ...fields })
    return String(bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
  }
  const connect = async () => {
    const call_id = await ring()
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    forget()
    return call_id
  }
  const busy = async () => {
    await carol.send(T.USER_LIST_REQUEST, {})
    const text = carol.take(T.USER_LIST_RESPONSE)[0]?.text ?? ''
    return [...text.matchAll(/"username":"(\w+)","state":"Busy"/g)].map(([, name]) => String(name))
  }
  forget()
  return { house, alice, bob, carol, forget, ring, connect, busy }
}
