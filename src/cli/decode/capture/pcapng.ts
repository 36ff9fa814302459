import type { ByteReader } from './byte-reader.ts'
import { CaptureFault, MAX_RECORD_BYTES, type Packet } from './packet.ts'

/*
 * pcapng (draft-ietf-opsawg-pcapng): blocks of a type, a length that counts all of the block, a body, and the length again. A
 * section header says in which order the bytes of all numbers of its section are.
 */
const SECTION = 0x0a0d0d0a
const INTERFACE = 1
const SIMPLE_PACKET = 3
const ENHANCED_PACKET = 6
const HEAD_BYTES = 8
const FRAME_BYTES = 12
const MAX_BLOCK_BYTES = MAX_RECORD_BYTES + 65_536

const TIME_RESOLUTION = 9
const TIME_OFFSET = 14

interface Order {
  readonly u16: (from: Buffer, at: number) => number
  readonly u32: (from: Buffer, at: number) => number
  readonly u64: (from: Buffer, at: number) => bigint
}

const little: Order = {
  u16: (from, at) => from.readUInt16LE(at),
  u32: (from, at) => from.readUInt32LE(at),
  u64: (from, at) => from.readBigUInt64LE(at),
}
const big: Order = {
  u16: (from, at) => from.readUInt16BE(at),
  u32: (from, at) => from.readUInt32BE(at),
  u64: (from, at) => from.readBigUInt64BE(at),
}

interface Interface {
  readonly linkType: number
  readonly ticksInSecond: bigint
  readonly offsetSecs: number
}

export function isPcapng(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32BE(0) === SECTION
}

export async function* pcapngPackets(reader: ByteReader): AsyncGenerator<Packet> {
  let order = little
  let interfaces: Interface[] = []
  for (;;) {
    const at = reader.offset
    const head = await reader.peek(FRAME_BYTES)
    if (head.length === 0) return
    if (head.length < FRAME_BYTES) throw new CaptureFault(at, 'the file ends within the header of a block')
    if (isPcapng(head)) {
      const magic = head.toString('hex', 8, 12)
      if (magic !== '1a2b3c4d' && magic !== '4d3c2b1a')
        throw new CaptureFault(at + 8, 'a section header has the byte order 1a2b3c4d or 4d3c2b1a')
      order = magic === '1a2b3c4d' ? big : little
      interfaces = []
    }
    const type = order.u32(head, 0)
    const length = order.u32(head, 4)
    if (length < FRAME_BYTES || length % 4 !== 0 || length > MAX_BLOCK_BYTES)
      throw new CaptureFault(
        at + 4,
        `a block of ${length} bytes: a multiple of 4 is expected, at most ${MAX_BLOCK_BYTES}`,
      )
    const block = await reader.take(length)
    if (block === undefined) throw new CaptureFault(at, 'the file ends within a block')
    const body = block.subarray(HEAD_BYTES, length - 4)
    try {
      if (type === INTERFACE) interfaces.push(readInterface(body, order))
      const packet = readPacket(type, body, order, interfaces)
      if (packet !== undefined) yield packet
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new CaptureFault(at, 'a block whose fields do not fit its length')
    }
  }
}

function readInterface(body: Buffer, order: Order): Interface {
  let [ticksInSecond, offsetSecs] = [1_000_000n, 0]
  for (let at = 8; at + 4 <= body.length;) {
    const code = order.u16(body, at)
    const length = order.u16(body, at + 2)
    if (code === 0) break
    if (code === TIME_RESOLUTION && length === 1) {
      const resolution = body.readUInt8(at + 4)
      ticksInSecond = resolution >= 0x80 ? 2n ** BigInt(resolution - 0x80) : 10n ** BigInt(resolution)
    }
    if (code === TIME_OFFSET && length === 8) offsetSecs = Number(order.u64(body, at + 4))
    at += 4 + length + padding(length)
  }
  return { linkType: order.u16(body, 0), ticksInSecond, offsetSecs }
}

function readPacket(
  type: number,
  body: Buffer,
  order: Order,
  interfaces: readonly Interface[],
): Packet | undefined {
  if (type === SIMPLE_PACKET) {
    const [only] = interfaces
    if (only === undefined) return undefined
    // It has no length of its own: what the packet had, or less where the block ends before.
    const bytes = body.subarray(4, 4 + Math.min(order.u32(body, 0), body.length - 4))
    return { linkType: only.linkType, timeMs: undefined, bytes }
  }
  if (type !== ENHANCED_PACKET) return undefined
  const of = interfaces[order.u32(body, 0)]
  if (of === undefined) return undefined
  const ticks = (BigInt(order.u32(body, 4)) << 32n) | BigInt(order.u32(body, 8))
  const captured = order.u32(body, 12)
  return {
    linkType: of.linkType,
    timeMs: of.offsetSecs * 1000 + Number((ticks * 1_000_000n) / of.ticksInSecond) / 1000,
    bytes: body.subarray(20, 20 + captured),
  }
}

function padding(length: number): number {
  return (4 - (length % 4)) % 4
}
