import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { checkUnnegotiated, frame, type Received, T, takeFrames } from './wire.ts'

/** A client over a real socket that sends what it is told and keeps what it gets until somebody asks. */
export class RawClient<Stream extends Duplex = Socket> {
  readonly socket: Stream
  readonly #inbox: Received[] = []
  readonly #waiting: (() => void)[] = []
  #rest: Buffer = Buffer.alloc(0)
  #fault: Error | undefined
  #saidHello = false
  #divert: ((received: Received) => void) | undefined
  closed = false

  constructor(socket: Stream) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      try {
        const { frames, rest } = takeFrames(Buffer.concat([this.#rest, chunk]))
        this.#rest = rest
        if (!this.#saidHello) frames.forEach(checkUnnegotiated)
        if (this.#divert === undefined) this.#inbox.push(...frames)
        else frames.forEach(this.#divert)
      } catch (error) {
        this.#fault = error instanceof Error ? error : new Error(String(error))
      }
      this.#wake()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.closed = true
      this.#wake()
    })
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  send(type: number, payload: object | string | Uint8Array): void {
    if (type === T.HELLO) this.#saidHello = true
    this.sendBytes(frame(type, payload))
  }

  /** The next message of the type, leaving others where they are; rejects when the connection closes first. */
  async next(type: number): Promise<Received> {
    for (;;) {
      if (this.#fault !== undefined) throw this.#fault
      const at = this.#inbox.findIndex((received) => received.type === type)
      const [found] = at < 0 ? [] : this.#inbox.splice(at, 1)
      if (found !== undefined) return found
      if (this.closed) throw new Error(`closed before a message of type ${type}; has ${this.#describe()}`)
      await this.#news()
    }
  }

  /** Everything that came before the answer to a HEARTBEAT sent now, in order. */
  async drain(): Promise<Received[]> {
    const timestamp = nextMarker()
    this.send(T.HEARTBEAT, { timestamp })
    for (;;) {
      if (this.#fault !== undefined) throw this.#fault
      const at = this.#inbox.findIndex(
        ({ type, payload }) => type === T.HEARTBEAT && payload['timestamp'] === timestamp,
      )
      if (at >= 0) return this.#inbox.splice(0, at + 1).slice(0, -1)
      if (this.closed) throw new Error(`closed while draining; has ${this.#describe()}`)
      await this.#news()
    }
  }

  /** From now on hands over what comes, after what has come, instead of keeping it. */
  divert(take: (received: Received) => void): void {
    this.#inbox.splice(0).forEach(take)
    this.#divert = take
  }

  /** What is wrong with what the server sent, if anything is. */
  get fault(): Error | undefined {
    return this.#fault
  }

  /** Waits for the end of the connection and gives what was left unread. */
  async untilClosed(): Promise<Received[]> {
    await this.#untilGone()
    return this.#inbox.splice(0)
  }

  async close(): Promise<void> {
    this.socket.destroy()
    await this.#untilGone()
  }

  // Not by `once`: a reset tells of itself by 'error' before 'close', and what came before it is here all the same.
  async #untilGone(): Promise<void> {
    while (!this.closed) await this.#news()
  }

  /** Something has come, or the connection has ended. */
  #news(): Promise<void> {
    return new Promise((wake) => this.#waiting.push(wake))
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  #describe(): string {
    return JSON.stringify(this.#inbox.map(({ type, text }) => [type, text.slice(0, 80)]))
  }
}

let marker = 0
function nextMarker(): number {
  marker += 1
  return marker
}

export async function connectRaw(port: number, tls?: ConnectionOptions): Promise<RawClient> {
  if (tls === undefined) {
    const socket = connectTcp({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...tls })
  await once(socket, 'secureConnect')
  return new RawClient(socket)
}

/** Registers, if need be, and logs in. */
export async function logIn(
  client: RawClient<Duplex>,
  username: string,
  password = `secret of ${username}`,
): Promise<string> {
  client.send(T.REGISTER_REQUEST, { username, password_hash: password })
  await client.next(T.REGISTER_RESPONSE)
  client.send(T.LOGIN_REQUEST, { username, password_hash: password })
  const { payload } = await client.next(T.LOGIN_RESPONSE)
  if (payload['success'] !== true) throw new Error(`login of ${username} failed`)
  return String(payload['user_id'])
}

/** Two users, logged in and in an active call. */
export async function setUpCall(
  caller: RawClient<Duplex>,
  callee: RawClient<Duplex>,
): Promise<{ callerId: string; calleeId: string; call_id: string }> {
  const callerId = await logIn(caller, 'alice')
  const calleeId = await logIn(callee, 'bob')
  caller.send(T.CALL_REQUEST, { to_user_id: calleeId })
  const call_id = String((await callee.next(T.CALL_NOTIFICATION)).payload['call_id'])
  callee.send(T.CALL_RESPONSE, { call_id, accepted: true })
  await caller.next(T.CALL_ACCEPTED)
  return { callerId, calleeId, call_id }
}
