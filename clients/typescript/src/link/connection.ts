import type { Unsubscribe } from '../ask.ts'
import { RoomRtcError } from '../error.ts'
import type { Line } from '../line/line.ts'
import type { Capability } from '../wire/capabilities.ts'
import type { Message } from '../wire/message.ts'
import { isKnown, isServerMessage } from '../wire/read-message.ts'
import type { ServerMessage, ServerPayloads } from '../wire/server-messages.ts'
import { Heart } from './heart.ts'
import type { Agreement, ConnectionEvents, LinkOptions } from './link-options.ts'
import { refusal, type Request, requestId, type Requests } from './requests.ts'
import type { Entrance, Session } from './session.ts'

/** Each end is told what it may forget long before the other's memory is full. */
const PART_OF_OUTBOX = 16
/** For a line to end in good order. */
const CLOSE_MS = 1000

/** One connection, from its opening to its end: HELLO, the way in, and what is sent and received then. */
export class Connection {
  readonly #options: LinkOptions
  readonly #session: Session
  readonly #requests: Requests
  readonly #events: ConnectionEvents
  readonly #line: Line | undefined
  #limits: Readonly<Record<string, number>> = {}
  #deadline: Unsubscribe = () => undefined
  #heart: Heart | undefined
  #lastWords: RoomRtcError | undefined
  #replaying = 0
  #over = false
  #ended: (() => void) | undefined

  /** `takeBack`: the session, from whatever has taken it. Throws a RoomRtcError where there is no line to such a URL. */
  constructor(
    options: LinkOptions,
    session: Session,
    requests: Requests,
    takeBack: boolean,
    events: ConnectionEvents,
  ) {
    this.#options = options
    this.#session = session
    this.#requests = requests
    this.#events = events
    this.#expect('a connection')
    try {
      this.#line = options.surroundings.openLine(options.url, options.line, {
        opened: () => {
          if (!this.#over) this.#greet(takeBack)
        },
        received: (message) => {
          if (!this.#over) this.#receive(message)
        },
        ended: (why) => {
          this.#ended?.()
          this.#lost(why)
        },
      })
    } catch (error) {
      this.cut()
      throw error
    }
  }

  get isReady(): boolean {
    return this.#heart !== undefined && !this.#over
  }

  /** Sends what waits for an answer. */
  flush(): void {
    if (!this.isReady) return
    for (const message of this.#requests.unsent()) this.#send(message)
  }

  send(message: Message): void {
    this.#send(message)
    this.#acknowledge()
  }

  /** It is believed only if it answers soon. */
  probe(): void {
    this.#heart?.probe()
  }

  cut(): void {
    this.#stop()
    this.#line?.cut()
  }

  /** Ends it in good order. */
  close(): Promise<void> {
    this.#stop()
    return new Promise((resolve) => {
      const late = this.#options.surroundings.setTimer(CLOSE_MS, () => {
        this.#line?.cut()
      })
      this.#ended = () => {
        late()
        resolve()
      }
      this.#line?.close()
    })
  }

  #stop(): void {
    this.#over = true
    this.#deadline()
    this.#heart?.stop()
  }

  #lost(cause: RoomRtcError): void {
    if (this.#over) return
    this.cut()
    const { reason, retryAfterMs } = this.#lastWords ?? cause
    this.#events.lost(new RoomRtcError(cause.code, cause.message, { cause, reason, retryAfterMs }))
  }

  /** Each step of the way in must be done in time. */
  #expect(what: string): void {
    const { timeoutMs, surroundings } = this.#options
    this.#deadline()
    this.#deadline = surroundings.setTimer(timeoutMs, () => {
      this.#lost(new RoomRtcError('timeout', `${what} did not come within ${timeoutMs} ms`))
    })
  }

  #greet(takeBack: boolean): void {
    this.#expect('the answer to HELLO')
    const { name, wanted } = this.#options
    this.#askNow({
      message: { type: 'HELLO', payload: { protocol: 1, client: name, capabilities: wanted } },
      answers: ['WELCOME'],
      done: (answer) => {
        if (answer instanceof RoomRtcError && answer.code !== 'refused') return
        const agreement = agreementOf(answer, wanted)
        this.#limits = agreement.limits
        this.#events.agreed(agreement)
        this.#expect('the answer to a login')
        this.#session.enter(
          (request) => {
            if (!this.#over) this.#askNow(request)
          },
          { resume: agreement.capabilities.includes('resume'), takeBack },
          (way) => {
            if (!this.#over) this.#entered(way)
          },
        )
      },
    })
  }

  #askNow(request: Request): void {
    this.#requests.add({ ...request, repeats: false }, (message) => {
      this.#send(message)
    })
  }

  #entered(way: Entrance): void {
    this.#deadline()
    if (way.name === 'signed-out') {
      this.#events.signedOut(way.why)
      return
    }
    if (way.name === 'again') {
      this.#lost(way.why)
      return
    }
    const { resumed } = way
    this.#heart = this.#makeHeart()
    if (resumed !== undefined) this.#goOn(resumed)
    this.#events.ready()
    this.flush()
    if (resumed?.replayed === 0) this.#events.caughtUp()
  }

  /** What was not received is sent again, before anything else. */
  #goOn(resumed: ServerPayloads['RESUMED']): void {
    const missing = this.#session.continuity.resumed(resumed)
    this.#replaying = resumed.replayed
    this.#options.log('info', 'resumed', { replayed: resumed.replayed, repeated: missing.length })
    this.#events.resumed(resumed)
    for (const message of missing) this.#send(message)
    // From now on the token before this one leads nowhere.
    this.#heart?.beat()
  }

  #makeHeart(): Heart {
    const { heartbeat_interval_ms: interval = 30_000, session_timeout_ms: silence = 60_000 } = this.#limits
    const { continuity } = this.#session
    const intervalMs = Math.min(interval, silence / 2)
    return new Heart(this.#options.surroundings, {
      intervalMs,
      answerMs: Math.min(this.#options.timeoutMs, intervalMs),
      beat: (timestamp) => {
        const { position } = continuity.sent
        this.#send({ type: 'HEARTBEAT', payload: { timestamp, ...continuity.acknowledgement() } })
        return position
      },
      arrived: (position) => {
        continuity.arrived(position)
        this.#events.arrived(position)
      },
      dead: (why) => {
        this.#lost(new RoomRtcError('timeout', why))
      },
      woke: () => {
        this.#options.log('info', 'woke')
      },
    })
  }

  #send(message: Message): void {
    this.#options.log('debug', 'sent', { type: message.type })
    this.#line?.send(message)
  }

  #receive(message: Message): void {
    this.#options.log('debug', 'received', { type: message.type })
    if (!isKnown(message)) return
    if (!isServerMessage(message)) {
      this.#options.log('warn', 'not_understood', { type: message.type })
      return
    }
    if (!this.#session.continuity.admit(message)) return
    this.#take(message)
    if (this.#over || !('seq' in message.payload)) return
    this.#acknowledge()
    if (this.#replaying === 0) return
    this.#replaying -= 1
    if (this.#replaying === 0) this.#events.caughtUp()
  }

  #take(message: ServerMessage): void {
    if (message.type === 'HEARTBEAT') this.#heart?.heard(message.payload.timestamp)
    if (this.#requests.answer(message)) return
    if (message.type === 'ERROR' && requestId(message) === undefined && message.payload.seq === undefined) {
      this.#lastWords = refusal(message.payload)
      this.#options.log('info', 'refused', { reason: this.#lastWords.reason })
      this.#events.complaint(this.#lastWords)
    }
    if (!this.#over) this.#events.message(message)
  }

  #acknowledge(): void {
    const most = Math.max(1, Math.floor((this.#limits['max_outbox_frames'] ?? 1000) / PART_OF_OUTBOX))
    if (this.#session.continuity.unacknowledged >= most) this.#heart?.beat()
  }
}

/** A server that knows no HELLO agrees to nothing. */
function agreementOf(answer: ServerMessage | RoomRtcError, wanted: readonly Capability[]): Agreement {
  if (answer instanceof RoomRtcError || answer.type !== 'WELCOME') return { capabilities: [], limits: {} }
  const { capabilities: agreed, limits } = answer.payload
  const numbers = Object.entries(limits).filter(
    (limit): limit is [string, number] => typeof limit[1] === 'number',
  )
  return {
    capabilities: wanted.filter((one) => agreed.includes(one)),
    limits: Object.fromEntries(numbers),
  }
}
