import { connectRaw, type RawClient } from '../wire/raw-client.ts'
import { type Received, T } from '../wire/wire.ts'

const CAPABILITIES = ['resume', 'call_control', 'rooms']

/** A client that speaks as PROTOCOL.md says and believes nothing: of each message that comes it knows whether it may. */
export class Talker {
  readonly name: string
  userId = ''
  /** To whom it signals. */
  peer: Talker | undefined
  /** Whose signals it hears: its peer, in a call. */
  hearsFrom: Talker | undefined
  callId = ''
  readonly faults: string[] = []
  /** Of the peer's candidates so many have come, each once and in order. */
  heard = 0
  /** Call and room as RESUMED has told them last. */
  call: Readonly<Record<string, unknown>> | undefined
  room: Readonly<Record<string, unknown>> | undefined
  #client: RawClient | undefined
  #token = ''
  #handled = 0
  #sent = 0
  /** Messages of calls that the server has not said to have, and how many it had before the first of them. */
  #unconfirmed: { readonly type: number; readonly payload: object }[] = []
  #confirmed = 0
  #talking = false

  constructor(name: string) {
    this.name = name
  }

  async logIn(port: number): Promise<void> {
    const client = await this.#connect(port)
    client.send(T.REGISTER_REQUEST, { username: this.name, password_hash: 'secret' })
    await client.next(T.REGISTER_RESPONSE)
    client.send(T.LOGIN_REQUEST, { username: this.name, password_hash: 'secret' })
    const { payload } = await client.next(T.LOGIN_RESPONSE)
    this.userId = String(payload['user_id'])
    this.#token = String(payload['session_token'])
  }

  async ring(peer: Talker): Promise<void> {
    this.peer = this.hearsFrom = peer
    peer.peer = peer.hearsFrom = this
    this.#tell(T.CALL_REQUEST, { to_user_id: peer.userId })
    const ring = await peer.#next(T.CALL_NOTIFICATION)
    this.callId = peer.callId = String(ring.payload['call_id'])
    peer.#tell(T.CALL_RESPONSE, { call_id: this.callId, accepted: true })
    await this.#next(T.RINGING)
    await this.#next(T.CALL_ACCEPTED)
  }

  /** Enters a room, in which it is to signal to `peer`. */
  async enter(room_id: string, peer: Talker): Promise<void> {
    this.peer = peer
    peer.hearsFrom = this
    this.callId = room_id
    this.#tell(T.ROOM_JOIN, { room_id })
    await this.#next(T.ROOM_JOINED)
  }

  /** Signals as fast as the server takes it, until the connection ends. */
  talk(): void {
    const client = this.listen()
    this.#talking = true
    const send = (): void => {
      if (client.closed || this.#client !== client || !this.#talking) return
      for (let burst = 0; burst < 3; burst++) this.#signal()
      if (client.socket.writableLength < 65_536) setTimeout(send, 2)
      else client.socket.once('drain', send)
    }
    send()
  }

  /** Looks at all that comes, and says nothing. */
  listen(): RawClient {
    const client = this.#client
    if (client === undefined) throw new Error('not connected')
    client.divert((received) => {
      this.#take(received)
    })
    return client
  }

  /** Says nothing more of itself; what comes is heard. */
  hush(): void {
    this.#talking = false
  }

  get said(): number {
    return this.#sent
  }

  /** Resolves when the connection has ended. */
  async untilCut(): Promise<void> {
    await this.#client?.untilClosed()
  }

  /** After the end of the daemon: goes on with the session, and sends again what the server has not taken. */
  async resume(port: number): Promise<void> {
    const client = await this.#connect(port)
    client.send(T.RESUME, { session_token: this.#token, last_seq: this.#handled })
    const answer = await Promise.race([client.next(T.RESUMED), refused(client)])
    if (answer.type !== T.RESUMED) {
      this.faults.push(`${this.name} is refused: ${answer.text}`)
      return
    }
    const { payload } = answer
    this.#token = String(payload['session_token'])
    this.call = isObject(payload['call']) ? payload['call'] : undefined
    this.room = isObject(payload['room']) ? payload['room'] : undefined
    const received = Number(payload['received'])
    const lost = this.#confirmed + this.#unconfirmed.length - received
    if (received < this.#confirmed || lost < 0)
      this.faults.push(`${this.name}: received ${received}, but ${this.#confirmed} were told before`)
    this.#unconfirmed = this.#unconfirmed.slice(received - this.#confirmed)
    this.#confirmed = received
    for (const { type, payload: again } of this.#unconfirmed) client.send(type, again)
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }

  async #connect(port: number): Promise<RawClient> {
    const client = await connectRaw(port)
    this.#client = client
    client.send(T.HELLO, { protocol: 1, client: 'test', capabilities: CAPABILITIES })
    await client.next(T.WELCOME)
    return client
  }

  async #next(type: number): Promise<Received> {
    if (this.#client === undefined) throw new Error('not connected')
    const received = await this.#client.next(type)
    this.#number(received)
    return received
  }

  #signal(): void {
    const to_user_id = this.peer?.userId
    const about = { call_id: this.callId, from_user_id: this.userId, to_user_id }
    this.#sent += 1
    const text = this.#sent % 50 === 0 ? `${this.#sent} ${'x'.repeat(6000)}` : `${this.#sent}`
    this.#tell(T.ICE_CANDIDATE, { ...about, candidate: text, sdp_mid: '0', sdp_mline_index: 0 })
  }

  #tell(type: number, payload: object): void {
    this.#unconfirmed.push({ type, payload })
    this.#client?.send(type, payload)
  }

  #take(received: Received): void {
    if (!this.#number(received)) return
    if (received.type === T.ICE_CANDIDATE) {
      const n = parseInt(String(received.payload['candidate']))
      if (n !== this.heard + 1) this.faults.push(`${this.name}: candidate ${n} after ${this.heard}`)
      this.heard = n
    } else if (!isNewsOfOthers(received)) this.faults.push(`${this.name}: ${received.text}`)
  }

  /** Whether it is new. */
  #number({ payload, text }: Received): boolean {
    const seq = payload['seq']
    if (typeof seq !== 'number') return false
    if (seq !== this.#handled + 1) this.faults.push(`${this.name}: ${text} after ${this.#handled}`)
    this.#handled = seq
    return true
  }
}

/** Of connections, which are lost and come back. */
function isNewsOfOthers({ type, payload }: Received): boolean {
  if (type === T.PEER_STATE) return true
  return type === T.ROOM_MEMBER && payload['event'] !== 'left'
}

async function refused(client: RawClient): Promise<Received> {
  return Promise.race([client.next(T.RESUME_REFUSED), client.next(T.ERROR)])
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
