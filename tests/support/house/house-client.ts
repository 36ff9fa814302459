import { FrameDecoder } from '../../../src/protocol/framing/frame-decoder.ts'
import { Endpoint, type EndpointContext } from '../../../src/session/conversation/endpoint.ts'
import { checkUnnegotiated, frame, type Received, T, takeFrames } from '../wire/wire.ts'

/** A client of a house, without a socket. */
export class HouseClient {
  readonly endpoint: Endpoint
  userId = ''
  /** Those of its latest HELLO. */
  capabilities: readonly string[] = []
  /** That of the session, as the login told it. */
  token = ''
  ended = false
  /** Its connection may put several frames into one TLS record. */
  joinsFrames = false
  /** What its transport says of it: congested, at once or when so many bytes are written together. */
  readonly sink: { isCongested: boolean; congestAt?: number } = { isCongested: false }
  /** The frame written last, as the sink was given it. */
  lastFrame: Buffer | undefined
  /** How many buffers the sink was given. */
  writes = 0
  readonly #inbox: Received[] = []
  readonly #decoder = new FrameDecoder(1_048_576)
  #saidHello = false

  constructor(id: number, address: string, context: EndpointContext) {
    const state = this.sink
    this.endpoint = new Endpoint(
      id,
      {
        address,
        trust: () => undefined,
        distrust: () => undefined,
        get isCongested() {
          return state.isCongested
        },
        isSilent: false,
        transport: 'tcp',
        hasPings: false,
        ping: () => undefined,
        joinsFrames: true,
        copiesSmall: false,
        writeAll: (pieces) => {
          for (const piece of pieces) this.#receive(piece)
          if (pieces.reduce((bytes, { length }) => bytes + length, 0) >= (state.congestAt ?? Infinity))
            state.isCongested = true
        },
        joinFrames: () => {
          this.joinsFrames = true
        },
        write: (bytes) => {
          this.#receive(bytes)
        },
        end: () => {
          this.ended = true
        },
      },
      context,
    )
  }

  #receive(bytes: Buffer): void {
    this.lastFrame = bytes
    this.writes += 1
    const { frames } = takeFrames(bytes)
    if (!this.#saidHello) frames.forEach(checkUnnegotiated)
    this.#inbox.push(...frames)
  }

  async hello(capabilities: readonly string[]): Promise<void> {
    this.capabilities = capabilities
    await this.send(T.HELLO, { protocol: 1, client: 'test', capabilities })
  }

  /** Sends, and waits until the message is handled and everybody concerned was told. */
  async send(type: number, payload: object | string | Uint8Array): Promise<void> {
    if (type === T.HELLO) this.#saidHello = true
    this.#decoder.push(frame(type, payload))
    const whole = this.#decoder.next()
    if (whole !== undefined) await this.endpoint.receive(whole)
    await settled()
  }

  async drop(): Promise<void> {
    this.endpoint.lost()
    await settled()
  }

  /** What was received since the last look; of one type, where given. */
  take(type?: number): Received[] {
    const taken = this.#inbox.filter((received) => type === undefined || received.type === type)
    const left = this.#inbox.filter((received) => !taken.includes(received))
    this.#inbox.splice(0, this.#inbox.length, ...left)
    return taken
  }

  /** The same as [type, payload] pairs, for a comparison at one glance. */
  seen(): [number, Readonly<Record<string, unknown>>][] {
    return this.take().map(({ type, payload }) => [type, payload])
  }
}

/** Everything here waits for nothing but promises, and those are all done before the next macrotask. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
