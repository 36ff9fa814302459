import { isDeepStrictEqual } from 'node:util'
import { describe, frame, MAX_FRAME_LENGTH, NAMES, parse, T } from './frames.mjs'

let lastMarker = 0

/**
 * A connection that keeps what comes until a check asks for it: state updates in a queue of their own, as their
 * place among the other messages is not fixed, and only those about `users`, the ids of the users of this run.
 */
export class Client {
  #socket
  #users
  #secrets
  #registered
  #deadlineMs
  #bytes = Buffer.alloc(0)
  #messages = []
  #updates = []
  #fault
  #wake = () => undefined
  ended = false
  /** How often two frames came in one chunk. Node hands over one TLS record at a time, so over TLS it is to be 0. */
  joined = 0

  constructor(socket, { users, secrets, registered, deadlineMs }) {
    this.#socket = socket
    this.#users = users
    this.#secrets = secrets
    this.#registered = registered
    this.#deadlineMs = deadlineMs
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('close', () => {
      this.ended = true
      this.#wake()
    })
  }

  /** Resolves when the bytes have left, so that two writes are two segments. */
  write(bytes) {
    return new Promise((written) => this.#socket.write(bytes, written))
  }

  send(type, json) {
    if (type === T.REGISTER_REQUEST) this.#secrets.set(json.username, json.password_hash)
    void this.write(frame(type, json))
  }

  /** The next message must be of this type and have these fields, in this order; a function judges its field. */
  async expect(type, fields = {}) {
    const { json } = await this.next(type, fields)
    return json
  }

  async next(type, fields = {}) {
    const wanted = `${NAMES[type]} ${JSON.stringify(fields)}`
    const queue = type === T.USER_STATE_UPDATE ? this.#updates : this.#messages
    await this.#until(() => queue.length > 0, wanted)
    const got = queue.shift()
    if (got.type !== type || !has(got.json, fields)) throw new Error(`wanted ${wanted}, got ${describe(got)}`)
    return got
  }

  expectError(code, reason, more = {}) {
    return this.expect(T.ERROR, { code, reason, ...more })
  }

  /** The server ended the connection and said nothing more. */
  async expectEnd() {
    await this.#until(() => this.ended || this.#messages.length > 0, 'the end of the connection')
    if (this.#messages.length > 0) throw new Error(`wanted the end, got ${this.#list(this.#messages)}`)
  }

  /** Waits until all that was sent has been handled, and gives what came meanwhile. */
  async rest() {
    const timestamp = ++lastMarker
    const isMarker = ({ type, json }) => type === T.HEARTBEAT && json?.timestamp === timestamp
    this.send(T.HEARTBEAT, { timestamp })
    await this.#until(() => this.#messages.some(isMarker), `HEARTBEAT {"timestamp":${timestamp}}`)
    const messages = this.#messages.splice(0, this.#messages.findIndex(isMarker) + 1).slice(0, -1)
    return { messages, updates: this.#updates.splice(0) }
  }

  async expectNothing() {
    const { messages } = await this.rest()
    if (messages.length > 0) throw new Error(`wanted nothing, got ${this.#list(messages)}`)
  }

  async expectNoUpdate() {
    const { updates } = await this.rest()
    if (updates.length > 0) throw new Error(`wanted no update, got ${this.#list(updates)}`)
  }

  /** Says that nothing more will be sent. */
  finish() {
    this.#socket.end()
  }

  cut() {
    this.#socket.destroy()
  }

  async #until(arrived, wanted) {
    const deadline = setTimeout(() => this.#wake('late'), this.#deadlineMs)
    try {
      while (!arrived()) {
        const instead = this.#list([...this.#messages, ...this.#updates])
        if (this.#fault !== undefined) throw new Error(`wanted ${wanted}, got ${this.#fault}`)
        if (this.ended) throw new Error(`wanted ${wanted}, got ${instead} and then the end of the connection`)
        const news = await new Promise((wake) => (this.#wake = wake))
        if (news === 'late') throw new Error(`wanted ${wanted}, got ${instead} within ${this.#deadlineMs} ms`)
      }
    } finally {
      clearTimeout(deadline)
    }
  }

  #list(messages) {
    return messages.map(describe).join(', ') || 'nothing'
  }

  #take(chunk) {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    while (this.#fault === undefined && this.#bytes.length >= 4) {
      const length = this.#bytes.readUInt32BE(0)
      if (length === 0 || length > MAX_FRAME_LENGTH) this.#fault = `a frame of length ${length}`
      if (this.#fault !== undefined || this.#bytes.length < 4 + length) break
      const text = this.#bytes.toString('utf8', 5, 4 + length)
      const type = this.#bytes[4]
      this.#keep({ type, text, json: parse(type, text) })
      this.#bytes = this.#bytes.subarray(4 + length)
      if (this.#bytes.length > 0) this.joined += 1
    }
    this.#wake()
  }

  #keep(message) {
    const { type, json } = message
    if (type === T.REGISTER_RESPONSE && json?.success === true)
      this.#registered.set(json.username, this.#secrets.get(json.username))
    if (type !== T.USER_STATE_UPDATE) this.#messages.push(message)
    else if (this.#users.has(json?.user_id)) this.#updates.push(message)
  }
}

function has(json, fields) {
  if (json === undefined) return false
  const order = Object.keys(json).filter((field) => field in fields)
  return (
    isDeepStrictEqual(order, Object.keys(fields)) &&
    Object.entries(fields).every(([field, wanted]) =>
      typeof wanted === 'function' ? wanted(json[field]) : isDeepStrictEqual(json[field], wanted),
    )
  )
}
