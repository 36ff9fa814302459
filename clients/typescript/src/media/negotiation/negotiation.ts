import type { Candidate, Signal, Signals } from '../../index.ts'
import { listenToConnection } from '../listen-to.ts'
import { AnswerDeadline } from './answer-deadline.ts'
import { describe } from './describe.ts'
import { EarlyCandidates } from './early-candidates.ts'
import { belongs } from './fragments.ts'
import { planOffer } from './glare.ts'
import { RenewedReceivers } from './renewed-receivers.ts'

export interface NegotiationOptions {
  readonly connection: RTCPeerConnection
  readonly signals: Signals
  /** The callee. It gives way where both offer at once. */
  readonly polite: boolean
  /** The other one waits for the first offer. */
  readonly offersFirst: boolean
  /** The offer that came with the ring. */
  readonly ringOffer: string | undefined
  /** A step has failed, for example because the peer sent what is no description, or the connection was closed meanwhile. */
  readonly onFault: (step: string, error: unknown) => void
}

/** How long the callee waits for an offer of the caller before it makes one: the picture stands still where one is taken back. */
const GIVE_WAY_MS = 250

/** There will be no more. */
const END = { candidate: '', sdpMid: '0', sdpMLineIndex: 0 }

/**
 * Perfect negotiation over the signals of an active call: either side may change what it sends at any time. One step at a
 * time, in the order of events, so that no step meets a connection in the middle of another.
 */
export class Negotiation {
  readonly #options: NegotiationOptions
  readonly #ends: (() => void)[]
  readonly #early = new EarlyCandidates()
  readonly #receivers = new RenewedReceivers()
  readonly #deadline: AnswerDeadline
  #last = Promise.resolve()
  #closed = false
  /** Something is to be offered. */
  #due = false
  #mayOffer: boolean
  #soon: ReturnType<typeof setTimeout> | undefined
  #remote: string | undefined
  #own = ''
  /** Own candidates whose description is not yet sent. */
  #waiting: (RTCIceCandidate | null)[] | undefined = []

  constructor(options: NegotiationOptions) {
    const { connection, signals, polite, offersFirst, ringOffer } = options
    this.#options = options
    this.#mayOffer = offersFirst
    this.#deadline = new AnswerDeadline(() => {
      this.#giveUpOffer()
    })
    this.#ends = [
      listenToConnection(connection, 'negotiationneeded', () => {
        if (polite) this.#offerSoon()
        else this.#offer()
      }),
      listenToConnection(connection, 'signalingstatechange', () => {
        this.#deadline.open(connection.signalingState === 'have-local-offer')
      }),
      listenToConnection(connection, 'icecandidate', ({ candidate }) => {
        this.#found(candidate)
      }),
      signals.listen((signal) => {
        this.#take(signal)
      }),
    ]
    if (ringOffer !== undefined && polite) this.#take({ kind: 'offer', sdp: ringOffer })
    this.#offer()
  }

  /** Offers new ways to reach each other. */
  restart(): void {
    this.#options.connection.restartIce()
    this.#offer()
  }

  /** Whether both sides are connected to the server. */
  reachable(is: boolean): void {
    this.#deadline.reachable(is)
  }

  close(): void {
    this.#closed = true
    this.#deadline.close()
    clearTimeout(this.#soon)
    for (const end of this.#ends) end()
  }

  /** When both hold or go on, both have something to offer: one that comes meanwhile says it all. */
  #offerSoon(): void {
    this.#due = true
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => {
      if (this.#due) this.#offer()
    }, GIVE_WAY_MS)
  }

  #offer(): void {
    this.#due = true
    this.#do('offer', async () => {
      // Where something else is under way, the connection asks again at its end.
      if (!this.#due || !this.#mayOffer || this.#options.connection.signalingState !== 'stable') return
      await this.#describe('offer')
    })
  }

  #take(signal: Signal): void {
    switch (signal.kind) {
      case 'offer':
        this.#do('take an offer', () => this.#answer(signal.sdp))
        return
      case 'answer':
        this.#do('take an answer', async () => {
          if (this.#options.connection.signalingState !== 'have-local-offer') return
          await this.#setRemote({ type: 'answer', sdp: signal.sdp })
          this.#addEarly(signal.sdp)
        })
        return
      case 'candidate':
        this.#do('take a candidate', () => this.#add(signal))
        return
      default:
        signal satisfies never
    }
  }

  async #answer(sdp: string): Promise<void> {
    const { connection, polite } = this.#options
    const plan = planOffer(connection.signalingState, polite)
    if (plan === 'ignore') return
    // In a step of its own, as @roamhq/wrtc does not take it back by itself.
    if (plan === 'take-back-own') await this.#takeBack()
    await this.#setRemote({ type: 'offer', sdp })
    this.#mayOffer = true
    await this.#describe('answer')
    this.#addEarly(sdp)
  }

  async #takeBack(): Promise<void> {
    const { connection } = this.#options
    await connection.setLocalDescription({ type: 'rollback' })
    this.#receivers.renew(connection.getTransceivers())
    this.#waiting = []
  }

  /** Nobody has answered. What it was for is offered anew, with all that has changed since. */
  #giveUpOffer(): void {
    this.#do('take an offer back', async () => {
      if (this.#options.connection.signalingState === 'have-local-offer') await this.#takeBack()
    })
    this.#offer()
  }

  async #setRemote({
    type,
    sdp,
  }: {
    readonly type: 'offer' | 'answer'
    readonly sdp: string
  }): Promise<void> {
    await this.#options.connection.setRemoteDescription({ type, sdp: this.#receivers.fit(sdp) })
    this.#remote = sdp
  }

  async #describe(kind: 'offer' | 'answer'): Promise<void> {
    const { connection, signals } = this.#options
    this.#waiting ??= []
    // Either says all that there is to say now. What comes up in the meantime is asked for anew.
    this.#due = false
    const description = await describe(connection)
    if (this.#closed || description === undefined) return
    this.#own = description.sdp
    signals.send({ kind, sdp: description.sdp })
    const found = this.#waiting
    this.#waiting = undefined
    for (const candidate of found) this.#found(candidate)
  }

  #found(candidate: RTCIceCandidate | null): void {
    // Firefox has an empty one for each section as well.
    if (candidate?.candidate === '') return
    if (this.#waiting !== undefined) this.#waiting.push(candidate)
    else if (candidate === null) this.#sendCandidate(END)
    else if (belongs(candidate.candidate, this.#own)) this.#sendCandidate(candidate)
  }

  #sendCandidate({ candidate, sdpMid, sdpMLineIndex }: Omit<Candidate, 'kind'>): void {
    this.#options.signals.send({ kind: 'candidate', candidate, sdpMid, sdpMLineIndex })
  }

  async #add(signal: Candidate): Promise<void> {
    if (this.#remote === undefined || !belongs(signal.candidate, this.#remote)) {
      this.#early.keep(signal)
      return
    }
    const { candidate, sdpMid, sdpMLineIndex } = signal
    await this.#options.connection.addIceCandidate({ candidate, sdpMid, sdpMLineIndex })
  }

  #addEarly(sdp: string): void {
    for (const candidate of this.#early.takeFor(sdp)) this.#take(candidate)
  }

  #do(step: string, work: () => Promise<void>): void {
    this.#last = this.#last.then(async () => {
      if (this.#closed) return
      try {
        await work()
      } catch (error) {
        this.#options.onFault(step, error)
      }
    })
  }
}
