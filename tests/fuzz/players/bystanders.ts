import { connectRaw, type RawClient, setUpCall } from '../../support/wire/raw-client.ts'
import { type Received, T } from '../../support/wire/wire.ts'
import { Violation } from '../violation.ts'

const PERIOD_MS = 5
/** Every so many candidates one is as large as several segments. */
const LARGE_EVERY = 50

/** What everybody may know of them. */
interface Names {
  readonly callerId: string
  readonly calleeId: string
  readonly callId: string
}

/**
 * alice, a client of v1, and bob, who has said HELLO, in a call over which candidates go both ways all the time. Whatever
 * others do, each candidate must arrive, in order, exactly once, and nothing else may come but the states of others.
 */
export class Bystanders {
  readonly names: Names
  readonly #parties: readonly [Party, Party]
  readonly #timer: NodeJS.Timeout

  /** `disturbed` is called at the first thing that should not have happened. */
  static async connect(port: number, disturbed: (violation: Violation) => void): Promise<Bystanders> {
    const [alice, bob] = [await connectRaw(port), await connectRaw(port)]
    bob.send(T.HELLO, {
      protocol: 1,
      client: 'bystander',
      capabilities: ['resume', 'call_control', 'goaway'],
    })
    await bob.next(T.WELCOME)
    const { callerId, calleeId, call_id: callId } = await setUpCall(alice, bob)
    await alice.drain()
    await bob.drain()
    return new Bystanders(alice, bob, { callerId, calleeId, callId }, disturbed)
  }

  private constructor(
    alice: RawClient,
    bob: RawClient,
    names: Names,
    disturbed: (violation: Violation) => void,
  ) {
    this.names = names
    const { callerId, calleeId } = names
    this.#parties = [
      new Party('alice', alice, { own: callerId, peer: calleeId, ...names }, disturbed),
      new Party('bob', bob, { own: calleeId, peer: callerId, ...names }, disturbed),
    ]
    this.#timer = setInterval(() => {
      this.#sendCandidates()
    }, PERIOD_MS)
  }

  /** Candidates that have arrived, both ways together. */
  get relayed(): number {
    const [alice, bob] = this.#parties
    return alice.heard + bob.heard
  }

  /** The longest time between two arrivals at one of them. */
  get longestGapMs(): number {
    return Math.max(...this.#parties.map(({ longestGapMs }) => longestGapMs))
  }

  /** Waits until both have what is sent now. */
  async advance(): Promise<void> {
    this.#sendCandidates()
    const [alice, bob] = this.#parties
    await Promise.all([alice.hear(bob.sent), bob.hear(alice.sent)])
  }

  /** Lets the last candidates arrive, and leaves. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.advance()
    await this.close()
  }

  /** Leaves at once. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#parties.map((party) => party.close()))
  }

  #sendCandidates(): void {
    for (const party of this.#parties) party.sendCandidate()
  }
}

type Role = Names & { readonly own: string; readonly peer: string }

class Party {
  sent = 0
  heard = 0
  longestGapMs = 0
  readonly #name: string
  readonly #client: RawClient
  readonly #who: Role
  readonly #disturbed: (violation: Violation) => void
  #lastHeard = performance.now()
  #leaving = false
  #waiting: { readonly upTo: number; readonly resolve: () => void } | undefined

  constructor(name: string, client: RawClient, who: Role, disturbed: (violation: Violation) => void) {
    this.#name = name
    this.#client = client
    this.#who = who
    this.#disturbed = disturbed
    client.divert((received) => {
      this.#take(received)
    })
    client.socket.once('close', () => {
      if (!this.#leaving)
        this.#complain(`was disconnected${client.fault === undefined ? '' : `, and ${client.fault.message}`}`)
    })
  }

  sendCandidate(): void {
    this.#client.send(T.ICE_CANDIDATE, {
      call_id: this.#who.callId,
      to_user_id: this.#who.peer,
      candidate: candidateText(this.sent),
      sdp_mid: '0',
      sdp_mline_index: 0,
    })
    this.sent += 1
    // So that what is kept for a resumption stays small, as real clients see to.
    if (this.sent % 100 === 0) this.#client.send(T.HEARTBEAT, { timestamp: this.sent, ack: this.heard })
  }

  async hear(upTo: number): Promise<void> {
    if (this.heard >= upTo) return
    await new Promise<void>((resolve) => {
      this.#waiting = { upTo, resolve }
    })
  }

  async close(): Promise<void> {
    this.#leaving = true
    await this.#client.close()
  }

  #take({ type, text, payload }: Received): void {
    const { callerId, calleeId, callId, peer } = this.#who
    switch (type) {
      case T.ICE_CANDIDATE: {
        const now = performance.now()
        this.longestGapMs = Math.max(this.longestGapMs, now - this.#lastHeard)
        this.#lastHeard = now
        const asSent =
          payload['candidate'] === candidateText(this.heard) &&
          payload['from_user_id'] === peer &&
          payload['call_id'] === callId
        if (!asSent) this.#complain(`got another candidate than number ${this.heard}: ${text.slice(0, 300)}`)
        this.heard += 1
        if (this.#waiting !== undefined && this.heard >= this.#waiting.upTo) this.#waiting.resolve()
        break
      }
      case T.USER_STATE_UPDATE:
        if (payload['user_id'] === callerId || payload['user_id'] === calleeId) {
          this.#complain(`was told of a change in the pair: ${text}`)
        }
        break
      case T.HEARTBEAT:
        break
      default:
        this.#complain(`got a message of type ${type}: ${text.slice(0, 300)}`)
    }
  }

  #complain(what: string): void {
    this.#disturbed(new Violation(`the bystander ${this.#name} ${what}`))
  }
}

function candidateText(number: number): string {
  return `candidate:${number} ${'c'.repeat(number % LARGE_EVERY === LARGE_EVERY - 1 ? 20_000 : 60)}`
}
