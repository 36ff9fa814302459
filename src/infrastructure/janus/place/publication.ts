import type { Seat, SfuListener, SfuSignal } from '../../../application/ports/sfu.ts'
import type { MediaKind } from '../../../domain/room.ts'
import { JanusRefusal } from '../link/incoming.ts'
import type { Handle, HandleEvent, JanusCandidate, JanusLink } from '../link/link.ts'
import { EarlyCandidates } from './early-candidates.ts'
import { type Feeds, makeFeedId } from './feeds.ts'
import { Lane } from './lane.ts'
import { Muting } from './muting.ts'
import { type Speech, speechIn } from './speech.ts'

type Offer = Extract<SfuSignal, { kind: 'offer' }>

export interface PublicationDeps {
  readonly link: JanusLink
  readonly seat: Seat
  readonly room: { readonly name: string; readonly pin: string; readonly secret: string }
  readonly feeds: Feeds
  readonly feedsChanged: () => void
  readonly tell: SfuListener
  readonly failed: (error: unknown) => void
  readonly over: AbortSignal
}

/** The member as a participant: what the others publish is heard by it, and what the member offers goes out by it. */
interface Participant {
  readonly handle: Handle
  readonly muting: Muting
  /** What it publishes by, if it does. */
  connection: string | undefined
  /** Janus has given up what it published by. */
  isHungUp: boolean
}

/** The publishing side of a place. */
export class Publication {
  readonly #deps: PublicationDeps
  readonly #lane: Lane
  #participant: Participant | undefined
  /** The latest: that of the participant, or of one that is coming to be. */
  #handle: Handle | undefined
  /** The next one; an earlier one that nobody has begun with is superseded. */
  #offer: Offer | undefined
  /** What is being offered now. */
  #offering: string | undefined
  /** From the member, until its offer is with Janus. */
  readonly #theirs = new EarlyCandidates()
  /** From Janus, until its answer is with the member. */
  readonly #ours = new EarlyCandidates()
  #muted: readonly MediaKind[] = []

  constructor(deps: PublicationDeps) {
    this.#deps = deps
    this.#lane = new Lane(() => this.#step(), deps.failed)
  }

  async begin(): Promise<void> {
    this.#participant = await this.#join()
    this.#lane.poke()
  }

  offer(offer: Offer): void {
    if (offer.connection !== (this.#offer?.connection ?? this.#offering)) this.#theirs.clear()
    this.#offer = offer
    if (this.#participant !== undefined) this.#lane.poke()
  }

  /** What is published of these kinds is not passed on. */
  mute(kinds: readonly MediaKind[]): void {
    this.#muted = kinds
    if (this.#participant !== undefined) this.#lane.poke()
  }

  candidate(connection: string, candidate: JanusCandidate): void {
    if (connection === this.#offer?.connection || connection === this.#offering) this.#theirs.hold(candidate)
    else if (connection === this.#participant?.connection) this.#participant.handle.trickle(candidate)
  }

  async end(): Promise<void> {
    await this.#handle?.detach()
  }

  async #step(): Promise<boolean> {
    const offer = this.#offer
    const participant = this.#participant
    if (participant === undefined || this.#deps.over.aborted) return false
    if (offer === undefined) {
      await participant.muting.settle(this.#muted)
      return false
    }
    const { connection, sdp } = offer
    const isSame = participant.connection === connection
    if (isSame && participant.isHungUp) throw new Error('it goes on with a connection that is over')
    this.#offer = undefined
    this.#offering = connection
    if (participant.connection !== undefined && !isSame) this.#participant = await this.#replace(participant)
    await this.#publish(this.#participant ?? participant, connection, sdp)
    this.#offering = undefined
    return true
  }

  /** One handle is one connection, so that another one is another participant. */
  async #replace(participant: Participant): Promise<Participant> {
    this.#participant = undefined
    this.#ours.clear()
    this.#tellPublishing(undefined)
    await participant.handle.detach()
    return this.#join()
  }

  async #publish(participant: Participant, connection: string, sdp: string): Promise<void> {
    const { seat, tell } = this.#deps
    try {
      const { jsep, data } = await participant.handle.ask({ request: 'configure' }, { type: 'offer', sdp })
      if (jsep === undefined) throw new Error('Janus has not answered an offer')
      participant.muting.publishes(data)
      participant.connection = connection
      tell({ kind: 'answer', seat, connection, sdp: jsep.sdp })
    } catch (error) {
      if (!(error instanceof JanusRefusal)) throw error
      tell({ kind: 'refused', seat, connection, why: `The SFU does not take this offer: ${error.message}` })
      this.#theirs.clear()
      return
    }
    for (const candidate of this.#theirs.take()) participant.handle.trickle(candidate)
    for (const candidate of this.#ours.take()) this.#tellCandidate(connection, candidate)
  }

  async #join(): Promise<Participant> {
    const { link, seat, room, feeds, over } = this.#deps
    const handle = await link.attach((event, of) => {
      this.#hear(event, of === this.#participant?.handle ? this.#participant : undefined)
    })
    this.#handle = handle
    if (over.aborted) await handle.detach()
    const id = makeFeedId(seat.user)
    const body = { request: 'join', ptype: 'publisher', room: room.name, pin: room.pin, id }
    const { data } = await handle.ask(body)
    feeds.clear()
    feeds.hear(data)
    this.#deps.feedsChanged()
    const muting = new Muting({ handle, room, id })
    return { handle, muting, connection: undefined, isHungUp: false }
  }

  /** `participant`: undefined as long as it has not joined. */
  #hear(event: HandleEvent, participant: Participant | undefined): void {
    switch (event.kind) {
      case 'news':
        if (isEnd(event.data)) this.#deps.failed(new Error('the room was taken away'))
        else if (this.#deps.feeds.hear(event.data)) this.#deps.feedsChanged()
        else this.#tellSpeaking(speechIn(event.data))
        return
      case 'candidate':
        if (participant?.connection === undefined || this.#offering !== undefined)
          this.#ours.hold(event.candidate)
        else this.#tellCandidate(participant.connection, event.candidate)
        return
      case 'webrtcup':
        if (participant?.connection !== undefined) this.#tellPublishing(participant.connection)
        return
      case 'hangup':
        if (participant === undefined) return
        participant.isHungUp = true
        this.#tellPublishing(undefined)
        return
      case 'detached':
        this.#deps.failed(new Error('Janus has thrown the member out'))
        return
      default:
        event satisfies never
    }
  }

  #tellPublishing(connection: string | undefined): void {
    const { seat, tell } = this.#deps
    tell({ kind: 'publishing', seat, connection })
  }

  #tellSpeaking(speech: Speech | undefined): void {
    const { seat, tell } = this.#deps
    if (speech !== undefined) tell({ kind: 'speaking', seat, ...speech })
  }

  #tellCandidate(connection: string, { candidate, sdpMid, sdpMLineIndex }: JanusCandidate): void {
    const { seat, tell } = this.#deps
    tell({ kind: 'candidate', seat, connection, candidate, sdpMid, sdpMlineIndex: sdpMLineIndex })
  }
}

/** Somebody has ended the room at Janus, or put the member out of it. */
function isEnd(data: unknown): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    (('videoroom' in data && data.videoroom === 'destroyed') || 'kicked' in data)
  )
}
