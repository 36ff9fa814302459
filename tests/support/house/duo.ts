import { type Agreed, createTrio, type Trio } from './trio.ts'
import { T } from '../wire/wire.ts'

export type { Agreed } from './trio.ts'

/** alice, who calls, bob, who is called, and carol, a bystander of v1. */
export interface Duo extends Omit<Trio, 'ring'> {
  /** alice calls bob, with these further fields: the call's id. Nothing of what they got is thrown away but the ring. */
  readonly ring: (fields?: object) => Promise<string>
  /** The users who are Busy, by name. */
  readonly busy: () => Promise<string[]>
}

export async function createDuo(
  ofAlice: Agreed,
  ofBob: Agreed,
  options: Parameters<typeof createTrio>[1] = {},
): Promise<Duo> {
  const trio = await createTrio({ ofAlice, ofBob }, options)
  const { alice, bob, carol } = trio
  const ring = async (fields = {}) => {
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, ...fields })
    return String(bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
  }
  const busy = async () => {
    await carol.send(T.USER_LIST_REQUEST, {})
    const text = carol.take(T.USER_LIST_RESPONSE)[0]?.text ?? ''
    return [...text.matchAll(/"username":"(\w+)","state":"Busy"/g)].map(([, name]) => String(name))
  }
  return { ...trio, ring, busy }
}
