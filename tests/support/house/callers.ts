import { createHouse, type House, type HouseClient } from './house.ts'
import { T } from '../wire/wire.ts'

export const HISTORY = ['history', 'call_control', 'resume']

/** alice, who calls, and bob, who is called. Both ask for their history. */
export interface Callers {
  house: House
  alice: HouseClient
  bob: HouseClient
}

export async function createCallers(options: Parameters<typeof createHouse>[0] = {}): Promise<Callers> {
  const house = createHouse(options)
  const alice = await house.logIn('alice', HISTORY)
  const bob = await house.logIn('bob', HISTORY)
  for (const client of [alice, bob]) client.take()
  return { house, alice, bob }
}

/** Gives the call's id. */
export async function ring(from: HouseClient, to: HouseClient): Promise<string> {
  await from.send(T.CALL_REQUEST, { to_user_id: to.userId })
  return String(to.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
}

/** Whoever asks has nothing else to look at but what it is told after its login. */
export async function logIn(house: House, name: string, capabilities = HISTORY): Promise<HouseClient> {
  const client = await house.logIn(name, capabilities)
  client.take(T.USER_LIST_RESPONSE)
  return client
}

export async function history(
  client: HouseClient,
  request: object = {},
): Promise<Readonly<Record<string, unknown>>> {
  client.take(T.HISTORY)
  await client.send(T.HISTORY_REQUEST, request)
  return client.take(T.HISTORY)[0]?.payload ?? {}
}

/** Of each entry the other, the direction, and what became of it. */
export async function brief(client: HouseClient, request?: object): Promise<string[]> {
  const { entries } = await history(client, request)
  if (!Array.isArray(entries)) throw new Error('no entries')
  return entries.map((entry: Readonly<Record<string, unknown>>) =>
    [entry['peer_username'], entry['direction'], entry['outcome']].join(' '),
  )
}

/** The numbers of missed calls that it was told since the last look. */
export function unseen(client: HouseClient): unknown[] {
  return client.take(T.HISTORY_SEEN).map(({ payload }) => payload['unseen'])
}
