import { z } from 'zod'
import type { Seat, SfuLayers, SfuListener, SfuSignal, SfuStream } from '../../../application/ports/sfu.ts'
import type { Pause } from '../../../application/ports/system/pause.ts'
import { JanusRefusal, type Jsep } from '../link/incoming.ts'
import type { Answer, Handle, HandleEvent, JanusCandidate, JanusLink } from '../link/link.ts'
import { EarlyCandidates } from './early-candidates.ts'
import type { FeedStream } from './feeds.ts'
import { Lane } from './lane.ts'

type MemberAnswer = Extract<SfuSignal, { kind: 'answer' }>

const NO_SUCH_FEED = 428

/** Somebody has gone, and the news of it is on its way. */
const RETRY_MS = 200
const MAX_RETRIES = 20

const carried = z.object({
  streams: z.array(
    z.object({ mid: z.string(), feed_id: z.string().optional(), feed_mid: z.string().optional() }),
  ),
})

export interface SubscriptionDeps {
  readonly link: JanusLink
  readonly seat: Seat
  readonly room: { readonly name: string; readonly pin: string }
  /** What the others publish now. */
  readonly wanted: () => readonly FeedStream[]
  readonly pause: Pause
  readonly tell: SfuListener
  readonly failed: (error: unknown) => void
  readonly over: AbortSignal
}

interface Connection {
  readonly name: string
  readonly handle: Handle
  /** By its mid on this connection. */
  streams: ReadonlyMap<string, FeedStream>
  /** What Janus was asked for: it leaves out who has gone meanwhile, and is not asked for it again and again. */
  asked: readonly FeedStream[]
  /** An offer is with the member. */
  isAwaiting: boolean
  isHungUp: boolean
}

/** The subscribing side of a place: one connection for all that the others send. */
export class Subscription {
  readonly #deps: SubscriptionDeps
  readonly #lane: Lane
  #connection: Connection | undefined
  /** The latest: that of the connection, or of one that is coming to be. */
  #handle: Handle | undefined
  #count = 0
  #retries = 0
  #isRenewing = false
  /** To the offer that is with the member. */
  #answer: MemberAnswer | undefined
  /** From the member, until its answer is with Janus. */
  readonly #theirs = new EarlyCandidates()
  /** From Janus, until its offer is with the member. */
  readonly #ours = new EarlyCandidates()
  /** What the member wants of each mid, until Janus has been asked for it. */
  #layers = new Map<string, SfuLayers>()

  constructor(deps: SubscriptionDeps) {
    this.#deps = deps
    this.#lane = new Lane(() => this.#step(), deps.failed)
  }

  /** What the others publish has changed. */
  poke(): void {
    this.#lane.poke()
  }

  answer(answer: MemberAnswer): void {
    if (this.#connection?.isAwaiting !== true || answer.connection !== this.#connection.name) return
    this.#answer = answer
    this.#lane.poke()
  }

  candidate(name: string, candidate: JanusCandidate): void {
    const connection = this.#connection
    if (connection?.name !== name) return
    if (connection.isAwaiting) this.#theirs.hold(candidate)
    else connection.handle.trickle(candidate)
  }

  layers(layers: SfuLayers): void {
    const connection = this.#connection
    const { mid } = layers
    if (connection?.name !== layers.connection || !connection.streams.has(mid)) return
    this.#layers.set(mid, { ...this.#layers.get(mid), ...layers })
    this.#lane.poke()
  }

  renew(): void {
    this.#isRenewing = true
    this.#lane.poke()
  }

  async end(): Promise<void> {
    await this.#handle?.detach()
  }

  /** An offer that has no answer yet is waited for as long as the member is there: meanwhile nothing grows. */
  async #step(): Promise<boolean> {
    if (this.#deps.over.aborted) return false
    const connection = this.#connection
    if (this.#isRenewing && connection !== undefined) await this.#throwAway(connection)
    this.#isRenewing = false
    try {
      if (this.#connection === undefined) return await this.#subscribe()
      if (this.#layers.size > 0) return await this.#choose(this.#connection)
      if (this.#connection.isAwaiting) return await this.#start(this.#connection)
      return await this.#update(this.#connection)
    } catch (error) {
      if (!(error instanceof JanusRefusal) || error.code !== NO_SUCH_FEED || this.#retries >= MAX_RETRIES)
        throw error
      this.#retries += 1
      await this.#deps.pause(RETRY_MS, this.#deps.over)
      return true
    }
  }

  async #subscribe(): Promise<boolean> {
    const { link, room, wanted, over } = this.#deps
    if (wanted().length === 0) return false
    this.#count += 1
    const name = `subscribe-${this.#count}`
    const handle = await link.attach((event, of) => {
      this.#hear(event, of === this.#connection?.handle ? this.#connection : undefined)
    })
    this.#handle = handle
    const streams = wanted()
    if (over.aborted || streams.length === 0) {
      await handle.detach()
      return false
    }
    const body = { request: 'join', ptype: 'subscriber', room: room.name, pin: room.pin, autoupdate: false }
    let answer: Answer
    try {
      answer = await handle.ask({ ...body, streams: streams.map(({ feed, mid }) => ({ feed, mid })) })
    } catch (error) {
      await handle.detach()
      throw error
    }
    const connection = { name, handle, streams: new Map(), asked: [], isAwaiting: false, isHungUp: false }
    this.#connection = connection
    this.#offer(connection, answer, streams)
    return false
  }

  async #choose({ handle, name: connection }: Connection): Promise<boolean> {
    const streams = [...this.#layers.values()].map(({ mid, substream, temporal }) => ({
      mid,
      substream,
      temporal,
    }))
    this.#layers = new Map()
    try {
      await handle.ask({ request: 'configure', streams })
    } catch (error) {
      if (!(error instanceof JanusRefusal)) throw error
      const why = `The SFU does not take these layers: ${error.message}`
      this.#deps.tell({ kind: 'refused', seat: this.#deps.seat, connection, why })
    }
    return true
  }

  async #start(connection: Connection): Promise<boolean> {
    const answer = this.#answer
    if (answer === undefined) return false
    this.#answer = undefined
    try {
      await connection.handle.ask({ request: 'start' }, { type: 'answer', sdp: answer.sdp })
    } catch (error) {
      if (!(error instanceof JanusRefusal)) throw error
      const why = `The SFU does not take this answer: ${error.message}`
      this.#deps.tell({ kind: 'refused', seat: this.#deps.seat, connection: connection.name, why })
      return false
    }
    connection.isAwaiting = false
    for (const candidate of this.#theirs.take()) connection.handle.trickle(candidate)
    return true
  }

  async #update(connection: Connection): Promise<boolean> {
    const wanted = this.#deps.wanted()
    const key = ({ feed, mid }: FeedStream): string => `${feed} ${mid}`
    const asked = new Set(connection.asked.map(key))
    const wantedKeys = new Set(wanted.map(key))
    const subscribe = wanted
      .filter((stream) => !asked.has(key(stream)))
      .map(({ feed, mid }) => ({ feed, mid }))
    const unsubscribe = [...connection.streams]
      .filter(([, stream]) => !wantedKeys.has(key(stream)))
      .map(([mid]) => ({ sub_mid: mid }))
    if (subscribe.length === 0 && unsubscribe.length === 0) {
      connection.asked = wanted
      return false
    }
    if (connection.isHungUp) {
      this.#isRenewing = true
      return true
    }
    const answer = await connection.handle.ask({
      request: 'update',
      ...(subscribe.length === 0 ? {} : { subscribe }),
      ...(unsubscribe.length === 0 ? {} : { unsubscribe }),
    })
    this.#offer(connection, answer, wanted)
    return true
  }

  #offer(connection: Connection, { data, jsep }: Answer, wanted: readonly FeedStream[]): void {
    this.#retries = 0
    connection.streams = streamsIn(data, wanted)
    connection.asked = wanted
    if (jsep !== undefined) this.#tellOffer(connection, jsep)
  }

  #tellOffer(connection: Connection, { sdp }: Jsep): void {
    const { seat, tell } = this.#deps
    const streams: SfuStream[] = [...connection.streams].map(([mid, { user, kind, mid: source }]) => ({
      mid,
      user,
      kind,
      source,
    }))
    connection.isAwaiting = true
    this.#theirs.clear()
    tell({ kind: 'offer', seat, connection: connection.name, sdp, streams })
    for (const candidate of this.#ours.take()) this.#tellCandidate(connection.name, candidate)
  }

  async #throwAway(connection: Connection): Promise<void> {
    this.#connection = undefined
    this.#answer = undefined
    this.#layers.clear()
    this.#theirs.clear()
    this.#ours.clear()
    await connection.handle.detach()
  }

  /** `connection`: undefined as long as nothing of it is with the member. */
  #hear(event: HandleEvent, connection: Connection | undefined): void {
    if (event.kind === 'candidate') {
      if (connection === undefined) this.#ours.hold(event.candidate)
      else this.#tellCandidate(connection.name, event.candidate)
    } else if (event.kind === 'hangup' && connection !== undefined) connection.isHungUp = true
    else if (event.kind === 'detached') this.#deps.failed(new Error('Janus has thrown the member out'))
  }

  #tellCandidate(connection: string, { candidate, sdpMid, sdpMLineIndex }: JanusCandidate): void {
    const { seat, tell } = this.#deps
    tell({ kind: 'candidate', seat, connection, candidate, sdpMid, sdpMlineIndex: sdpMLineIndex })
  }
}

/** Of each mid of the connection that carries something, what that is. */
function streamsIn(data: unknown, wanted: readonly FeedStream[]): ReadonlyMap<string, FeedStream> {
  const found = new Map<string, FeedStream>()
  const read = carried.safeParse(data)
  for (const { mid, feed_id, feed_mid } of read.success ? read.data.streams : []) {
    const stream = wanted.find((each) => each.feed === feed_id && each.mid === feed_mid)
    if (stream !== undefined) found.set(mid, stream)
  }
  return found
}
