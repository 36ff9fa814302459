import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { createHouseMessages } from '../../support/house/house-messages.ts'
import { type Received, T } from '../../support/wire/wire.ts'

export const CAPABILITIES = ['resume', 'rooms', 'messages']

type Payload = Readonly<Record<string, unknown>>

export interface Writers {
  readonly house: House
  readonly alice: HouseClient
  /** alice's other device. */
  readonly tablet: HouseClient
  readonly bob: HouseClient
  readonly carol: HouseClient
  /** What has come so far is not looked at. */
  readonly silence: () => void
}

/** alice on two devices, bob and carol, who have agreed on messages. */
export async function createWriters(options: Parameters<typeof createHouse>[0] = {}): Promise<Writers> {
  const house = createHouse({ maxSessionsPerUser: 4, messages: createHouseMessages(), ...options })
  const logIn = (name: string) => house.logIn(name, CAPABILITIES)
  const [alice, tablet] = [await logIn('alice'), await logIn('alice')]
  const [bob, carol] = [await logIn('bob'), await logIn('carol')]
  const silence = () => {
    for (const client of [alice, tablet, bob, carol]) client.take()
  }
  silence()
  return { house, alice, tablet, bob, carol, silence }
}

let last = 0

/** Sends a text to a user, or into a conversation; gives what the sender is answered. */
export async function write(
  from: HouseClient,
  to: HouseClient | string,
  text: string,
  more: object = {},
): Promise<Payload> {
  const where = typeof to === 'string' ? { conversation_id: to } : { to_user_id: to.userId }
  await from.send(T.MESSAGE_SEND, { ...where, text, client_id: `c${++last}`, ...more })
  const [answer] = from.take(T.MESSAGE)
  if (answer === undefined) throw new Error(`not sent: ${JSON.stringify(from.take(T.ERROR)[0]?.payload)}`)
  return answer.payload
}

/** What came that is about messages, without what is the same in all of them. */
export function told(client: HouseClient): Received[] {
  return client.take().filter(({ type }) => type >= T.MESSAGE_SEND && type <= T.MESSAGE_SEARCH)
}

export function texts(client: HouseClient): unknown[] {
  return client.take(T.MESSAGE).map(({ payload }) => payload['text'])
}

/** The reason of a refused request. */
export async function refusal(client: HouseClient, type: number, payload: object): Promise<unknown> {
  await client.send(type, payload)
  return client.take(T.ERROR)[0]?.payload['reason']
}

/** One answer of that type to a request. */
export async function ask(
  client: HouseClient,
  type: number,
  payload: object,
  answer: number,
): Promise<Payload> {
  client.take()
  await client.send(type, payload)
  const all = client.take()
  const found = all.find((one) => one.type === answer)
  if (found === undefined) throw new Error(`no answer: ${all.map(({ text }) => text).join()}`)
  return found.payload
}

/** The texts of a page of a conversation. */
export async function history(
  client: HouseClient,
  conversation_id: unknown,
  more: object = {},
): Promise<Payload & { readonly texts: readonly unknown[] }> {
  const page = await ask(client, T.MESSAGES_REQUEST, { conversation_id, ...more }, T.MESSAGES)
  return { ...page, texts: listOf(page['messages']).map((message) => message['text']) }
}

/** Conversations as [whose, last text, unread]. */
export async function conversations(client: HouseClient, more: object = {}): Promise<unknown[]> {
  const page = await ask(client, T.CONVERSATIONS_REQUEST, more, T.CONVERSATIONS)
  return listOf(page['conversations']).map((one) => [
    one['peer_username'] ?? one['conversation_id'],
    one['last_message'] === undefined ? undefined : Reflect.get(Object(one['last_message']), 'text'),
    one['unread'],
  ])
}

export function listOf(value: unknown): Payload[] {
  return Array.isArray(value) ? value : []
}
