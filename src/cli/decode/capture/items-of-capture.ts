import type { Item } from '../item.ts'
import { classicPackets } from './classic-pcap.ts'
import type { ByteReader } from './byte-reader.ts'
import { Conversation } from './conversation.ts'
import { ipPacketOf } from './link-layer.ts'
import { CaptureFault } from './packet.ts'
import { isPcapng, pcapngPackets } from './pcapng.ts'
import { type TcpSegment, tcpSegmentOf } from './tcp-segment.ts'

/** When there are more at one time, the oldest is taken to be over. */
const MAX_CONVERSATIONS = 10_000

const DEFAULT_PORT = 8080

/** What was left out, for a sentence at the end. */
export interface LeftOut {
  /** TCP connections that carry something else. */
  foreign: number
}

/** The messages in a capture, in the order in which their last bytes came. `port`: of the server, where it is known. */
export async function* itemsOfCapture(
  reader: ByteReader,
  port: number | undefined,
  leftOut: LeftOut,
): AsyncGenerator<Item> {
  const open = new Map<string, Conversation>()
  let count = 0
  const over = (key: string, conversation: Conversation): readonly Item[] => {
    open.delete(key)
    const items = conversation.end()
    if (conversation.foreign) leftOut.foreign += 1
    return items
  }
  const packets = isPcapng(await reader.peek(4)) ? pcapngPackets(reader) : classicPackets(reader)
  let damage: CaptureFault | undefined
  try {
    for await (const { linkType, timeMs, bytes } of packets) {
      const ip = ipPacketOf(linkType, bytes)
      const segment = ip === undefined ? undefined : tcpSegmentOf(ip)
      if (segment === undefined || !concerns(segment, port)) continue
      const key = [segment.from, segment.to].toSorted().join(' ')
      let conversation = open.get(key)
      if (conversation?.endsAt(segment) === true) {
        yield* over(key, conversation)
        conversation = undefined
      }
      if (conversation === undefined) {
        const [oldest] = open
        if (open.size >= MAX_CONVERSATIONS && oldest !== undefined) yield* over(...oldest)
        count += 1
        conversation = new Conversation(count, serverOf(segment, port ?? DEFAULT_PORT))
        open.set(key, conversation)
      }
      yield* conversation.add(segment, timeMs)
    }
  } catch (error) {
    if (!(error instanceof CaptureFault)) throw error
    damage = error
  }
  for (const [key, conversation] of [...open]) yield* over(key, conversation)
  if (damage !== undefined) {
    const { offset, message } = damage
    yield { offset, faults: [{ offset, reason: 'damaged_capture', message }] }
  }
}

function concerns({ from, to }: TcpSegment, port: number | undefined): boolean {
  return port === undefined || isAt(from, port) || isAt(to, port)
}

/** The end with the server's port. */
function serverOf({ from, to }: TcpSegment, port: number): string | undefined {
  if (isAt(to, port)) return to
  return isAt(from, port) ? from : undefined
}

function isAt(end: string, port: number): boolean {
  return end.endsWith(`:${port}`)
}
