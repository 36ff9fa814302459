import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Client } from './client.mjs'
import { T } from './frames.mjs'

/** For TCP and TLS to be set up, however short the deadline of the checks. */
const CONNECT_DEADLINE_MS = 5000

/** Connections and users of one run against the server at `host`, `port`. */
export class Bench {
  #target
  /** One suffix for all names of a run, so that a server with accounts has none of them. */
  #suffix = randomBytes(4).toString('hex')
  #context
  #ids = new Map()
  #guests = []
  #crew = []
  #noCrew
  /** How often two frames came in one chunk, on any connection. */
  joined = 0
  /** The accounts that the server has made for this run: names and secrets. */
  registered = new Map()

  constructor({ host, port, tls, deadlineMs }) {
    this.#target = { host, port, tls }
    this.#context = { users: new Set(), secrets: new Map(), registered: this.registered, deadlineMs }
  }

  /** A new connection, until the end of the check. */
  async open() {
    const { host, port, tls } = this.#target
    const socket = tls
      ? connectTls({ host, port, rejectUnauthorized: false })
      : connectTcp({ host, port, noDelay: true })
    const client = new Client(socket, this.#context)
    try {
      await once(socket, tls ? 'secureConnect' : 'connect', {
        signal: AbortSignal.timeout(CONNECT_DEADLINE_MS),
      })
    } catch (error) {
      client.cut()
      if (error.name === 'AbortError')
        throw new Error(`no answer within ${CONNECT_DEADLINE_MS} ms`, { cause: error })
      // Of several addresses tried in vain node gives an error without message.
      throw new Error(error.message || error.code, { cause: error })
    }
    socket.setNoDelay(true)
    this.#guests.push(client)
    return client
  }

  /** A username that nobody has. */
  name(word) {
    return `${word}-${this.#suffix}`
  }

  credentials(word) {
    return { username: this.name(word), password_hash: `secret of ${word}` }
  }

  async register(client, word) {
    client.send(T.REGISTER_REQUEST, this.credentials(word))
    const isId = (id) => /^[\x21-\x7e]{1,128}$/.test(id)
    const wanted = { success: true, user_id: isId, username: this.name(word) }
    const { user_id: id } = await client.expect(T.REGISTER_RESPONSE, wanted)
    this.#ids.set(word, id)
    this.#context.users.add(id)
    return id
  }

  /** Logs in, after registering where need be; the client gets `id` and `name`. */
  async logIn(client, word) {
    const id = this.#ids.get(word) ?? (await this.register(client, word))
    client.send(T.LOGIN_REQUEST, this.credentials(word))
    await client.expect(T.LOGIN_RESPONSE, { success: true, user_id: id, username: this.name(word) })
    return Object.assign(client, { id, name: this.name(word) })
  }

  /** Three users who stay logged in from check to check; whoever lost the connection comes again. */
  async crew() {
    if (this.#noCrew !== undefined) throw this.#noCrew
    try {
      for (const [at, word] of ['anna', 'ben', 'cleo'].entries()) {
        if (this.#crew[at]?.ended !== false) this.#crew[at] = await this.logIn(await this.open(), word)
      }
    } catch (error) {
      this.#noCrew = new Error(`no users to check with: ${error.message}`)
      throw this.#noCrew
    }
    for (const client of this.#crew) await client.rest()
    return this.#crew
  }

  async ring(caller, callee) {
    caller.send(T.CALL_REQUEST, { to_user_id: callee.id })
    const wanted = { from_user_id: caller.id, from_username: caller.name }
    const { call_id: call } = await callee.expect(T.CALL_NOTIFICATION, wanted)
    return call
  }

  async accept(caller, callee, call) {
    callee.send(T.CALL_RESPONSE, { call_id: call, accepted: true })
    const wanted = { call_id: call, peer_user_id: callee.id, peer_username: callee.name }
    await caller.expect(T.CALL_ACCEPTED, wanted)
  }

  /** A call that was accepted; gives its id. */
  async talk(caller, callee) {
    const call = await this.ring(caller, callee)
    await this.accept(caller, callee, call)
    return call
  }

  /** After a check. One that failed may have left a call or an answer behind: then the crew goes as well. */
  async tidy({ failed }) {
    const staying = failed ? [] : this.#crew.filter((client) => !client.ended)
    for (const client of this.#guests) {
      this.joined += client.joined
      client.joined = 0
      if (!staying.includes(client)) await leave(client)
    }
    this.#guests = staying
    if (failed) this.#crew = []
  }

  close() {
    for (const client of this.#guests) client.cut()
  }
}

// Waits until the server has taken note, so that the next check does not hear of it.
async function leave(client) {
  if (client.id !== undefined && !client.ended) {
    client.finish()
    await client.expectEnd().catch(() => undefined)
  }
  client.cut()
}
