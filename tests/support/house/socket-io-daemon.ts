import { httpAsk } from '../wire/http-client.ts'
import { logIn, type RawClient } from '../wire/raw-client.ts'
import { SocketIoPerson } from '../wire/socket-io-client.ts'
import { T } from '../wire/wire.ts'
import { startHttpDaemon } from './http-daemon.ts'
import { urlInTurn } from '../nodes/turns.ts'

export type Way = 'polling' | 'websocket'

type Overrides = NonNullable<Parameters<typeof startHttpDaemon>[1]>

const CALLS = { protocol: 1, client: 'test', capabilities: ['call_control'] }

/** A daemon that serves Socket.IO and has guests; whom it brings is ended by what is pushed onto `ends`. */
export async function startSocketIoDaemon(
  ends: (() => unknown)[],
  { http, security, ...overrides }: Overrides = {},
  log?: Parameters<typeof startHttpDaemon>[2],
) {
  const house = await startHttpDaemon(
    ends,
    { http: { socket_io: true, ...http }, security: { guests: true, ...security }, ...overrides },
    log,
  )
  const open = (way: Way, options: ConstructorParameters<typeof SocketIoPerson>[1] = {}): SocketIoPerson => {
    const person = new SocketIoPerson(urlInTurn(house.base), { transports: [way], ...options })
    ends.push(() => {
      person.close()
    })
    return person
  }
  return {
    ...house,
    open,

    /** A guest of that name. */
    async guest(way: Way, userId: string): Promise<SocketIoPerson> {
      const person = open(way)
      person.say('register_user', { userId })
      const { success } = await person.next('user_registered')
      if (success !== true) throw new Error(`${userId} is not let in`)
      return person
    },

    /** A token of a new account. */
    async token(username: string): Promise<string> {
      const credentials = { username, password: `password of ${username}` }
      await httpAsk(`${house.base}/api/users/register`, 'POST', credentials)
      const { body } = await httpAsk(`${house.base}/auth/login`, 'POST', credentials)
      return String(body['token'])
    },

    /** Over TCP, as a client of version 1, or as one that knows call_control. */
    async native(username: string, { controls }: { readonly controls: boolean }): Promise<RawClient> {
      const client = house.connect()
      if (controls) {
        client.send(T.HELLO, CALLS)
        await client.next(T.WELCOME)
      }
      await logIn(client, username)
      return client
    },
  }
}
