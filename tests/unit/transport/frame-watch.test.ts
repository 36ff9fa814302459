import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ProtocolError } from '../../../src/protocol/framing/protocol-error.ts'
import { FrameWatch } from '../../../src/transport/websocket/frame-watch.ts'
import { clientFrame, clientHead } from '../../support/wire/raw-web-socket.ts'

const CLOSE = 8
const PING = 9

const message = fc
  .array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 })
  .map((fragments) =>
    Buffer.concat(
      fragments.flatMap((fragment, at) => [
        clientFrame(at === 0 ? 2 : 0, Buffer.from(fragment), { isLast: at === fragments.length - 1 }),
        ...(at < fragments.length - 1 ? [clientFrame(PING, 'x')] : []),
      ]),
    ),
  )
const pieces = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 })

function* split(bytes: Buffer, lengths: readonly number[]): Generator<[Buffer, number]> {
  let at = 0
  for (let i = 0; at < bytes.length; i += 1) {
    const end = Math.min(bytes.length, at + (lengths[i % lengths.length] ?? 1))
    yield [bytes.subarray(at, end), end]
    at = end
  }
}

describe('what passes by', () => {
  test('WS-6 however it is split, a message is begun from its first byte to its last', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), pieces, (messages, lengths) => {
        const watch = new FrameWatch(1200, 1200)
        const ends = new Set<number>()
        let end = 0
        for (const { length } of messages) ends.add((end += length))
        for (const [piece, at] of split(Buffer.concat(messages), lengths)) {
          watch.see(piece)
          expect(watch.isMidFrame).toBe(!ends.has(at))
        }
        expect(watch.hasClosed).toBe(false)
        watch.see(clientFrame(CLOSE, Buffer.from([3, 232])))
        expect(watch.hasClosed).toBe(true)
      }),
    )
  })

  test.each([
    [1001, 'frame_too_large'],
    [101, 'frame_too_large_before_login'],
    [2 ** 50, 'frame_too_large'],
  ])('WS-5 %d bytes are refused on the header: %s', (length, reason) => {
    const watch = new FrameWatch(100, 1000)
    const see = () => {
      for (const byte of clientHead(0x82, length)) watch.see(Buffer.from([byte]))
    }
    expect(see).toThrow(expect.objectContaining({ reason }))
    expect(see).toThrow(ProtocolError)
  })
})
