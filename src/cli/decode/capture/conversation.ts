import { LENGTH_BYTES } from '../../../protocol/framing/frame.ts'
import { type Cut, isLandmark } from '../frame-cutter.ts'
import type { Item } from '../item.ts'
import { itemOf } from '../items.ts'
import { openingOf } from '../opening.ts'
import type { Sender } from '../read-frame.ts'
import { StreamCutter } from '../stream-cutter.ts'
import { type Piece, Reassembly } from './reassembly.ts'
import type { TcpSegment } from './tcp-segment.ts'

/** Enough to see whether this is our protocol. */
const ENOUGH_BYTES = 6

interface Direction {
  readonly reassembly: Reassembly
  readonly cutter: StreamCutter
  /** What came before it was clear whether this is our protocol. */
  waiting: Piece[]
}

/** A TCP connection of a capture. What it carries is read if it looks like our protocol, or goes to the port of our server. */
export class Conversation {
  readonly #number: number
  readonly #directions = new Map<string, Direction>()
  /** The address and port of the server. */
  #server: string | undefined
  #ours: boolean | undefined

  /** `server`: where the port tells which end it is. */
  constructor(number: number, server: string | undefined) {
    this.#number = number
    this.#server = server
    this.#ours = server === undefined ? undefined : true
  }

  /** Whether it is certain that it is another protocol. */
  get foreign(): boolean {
    return this.#ours === false
  }

  /** Whether the segment opens another connection between the same ports. */
  endsAt({ from, syn, ack, sequence }: TcpSegment): boolean {
    return syn && !ack && this.#directions.get(from)?.reassembly.contradicts(sequence) === true
  }

  add(segment: TcpSegment, timeMs: number | undefined): readonly Item[] {
    const { from, to, sequence, syn, ack, data } = segment
    const direction = this.#direction(from)
    if (syn) {
      direction.reassembly.begin(sequence)
      this.#server ??= ack ? from : to
    }
    const start = syn ? (sequence + 1) >>> 0 : sequence
    return this.#read(from, to, direction.reassembly.add(start, data), timeMs)
  }

  /** What is left when nothing more will come. */
  end(): readonly Item[] {
    const ends = [...this.#directions.keys()]
    return ends.flatMap((from) => {
      const direction = this.#direction(from)
      const to = ends.find((other) => other !== from) ?? this.#server ?? '?'
      const items = this.#read(from, to, direction.reassembly.end(), undefined)
      if (this.#ours !== true) return items
      return [...items, ...this.#items(from, to, direction.cutter.end(), undefined)]
    })
  }

  #direction(from: string): Direction {
    const known = this.#directions.get(from)
    if (known !== undefined) return known
    const direction = { reassembly: new Reassembly(), cutter: new StreamCutter(), waiting: [] }
    this.#directions.set(from, direction)
    return direction
  }

  #read(from: string, to: string, pieces: readonly Piece[], timeMs: number | undefined): readonly Item[] {
    if (pieces.length === 0 || this.#ours === false) return []
    const direction = this.#direction(from)
    direction.waiting.push(...pieces)
    this.#ours ??= looksLikeOurs(direction.waiting)
    if (this.#ours !== true) return []
    return direction.waiting.splice(0).flatMap((piece) => {
      const { cutter } = direction
      const cuts = piece.kind === 'gap' ? cutter.gap(piece.length) : cutter.push(piece.bytes)
      return this.#items(from, to, cuts, timeMs)
    })
  }

  #items(from: string, to: string, cuts: readonly Cut[], timeMs: number | undefined): readonly Item[] {
    const route = { connection: this.#number, from, to }
    return cuts.map((cut) => {
      const item = itemOf(cut, this.#senderAt(from))
      // Where no port and no SYN tells, a message that only one side sends does.
      if (this.#server === undefined && item.sender !== undefined && item.faults.length === 0)
        this.#server = item.sender === 'server' ? from : to
      return { ...item, route, timeMs }
    })
  }

  #senderAt(from: string): Sender | undefined {
    if (this.#server === undefined) return undefined
    return this.#server === from ? 'server' : 'client'
  }
}

/** Undefined while too little has come to say. */
function looksLikeOurs(pieces: readonly Piece[]): boolean | undefined {
  const begin = Buffer.concat(pieces.flatMap((piece) => (piece.kind === 'bytes' ? [piece.bytes] : [])))
  if (begin.length < ENOUGH_BYTES) return undefined
  const opening = openingOf(begin)
  if (opening?.kind !== 'frames') return opening?.named
  // A frame without a payload has a length of 1, and another one follows.
  return isLandmark(begin, 0) || (begin.readUInt32BE(0) === 1 && begin.length > LENGTH_BYTES)
}
