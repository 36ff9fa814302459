import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { encodeFrame, type Frame } from '../../../src/protocol/framing/frame.ts'
import { FrameDecoder } from '../../../src/protocol/framing/frame-decoder.ts'
import { ProtocolError } from '../../../src/protocol/framing/protocol-error.ts'
import { frame, takeFrames } from '../../support/wire/wire.ts'

const LIMIT = 1_048_576

function decodeAll(decoder: FrameDecoder, chunks: Iterable<Uint8Array>): { type: number; payload: string }[] {
  const frames: { type: number; payload: string }[] = []
  for (const chunk of chunks) {
    decoder.push(Buffer.from(chunk))
    for (let next = decoder.next(); next !== undefined; next = decoder.next()) frames.push(readable(next))
  }
  return frames
}

const readable = ({ type, payload }: Frame) => ({ type, payload: Buffer.from(payload).toString('utf8') })

const message = fc.record({
  type: fc.constantFrom(0x06, 0x09, 0x0d),
  text: fc.string({ unit: 'grapheme', maxLength: 300 }),
})

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end))
}

describe('the frame decoder', () => {
  test('WIRE-1 WIRE-2 finds the same frames wherever the stream is split', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (messages, cuts) => {
          const bytes = Buffer.concat(messages.map(({ type, text }) => frame(type, text)))
          const expected = messages.map(({ type, text }) => ({
            type,
            payload: Buffer.from(text).toString('utf8'),
          }))
          expect(decodeAll(new FrameDecoder(LIMIT), split(bytes, cuts))).toEqual(expected)
        },
      ),
    )
  })

  test('WIRE-1 reads a frame that arrives one byte at a time', () => {
    const bytes = Buffer.from('00000003137b7d', 'hex')
    expect(
      decodeAll(
        new FrameDecoder(LIMIT),
        [...bytes].map((byte) => Buffer.of(byte)),
      ),
    ).toEqual([{ type: 0x13, payload: '{}' }])
  })

  test('WIRE-1 agrees with a naive twin on what is left over', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), fc.nat(), (messages, cut) => {
        const whole = Buffer.concat(messages.map(() => frame(0x11, '{"timestamp":1}')))
        const bytes = whole.subarray(0, cut % (whole.length + 1))
        const decoder = new FrameDecoder(LIMIT)
        const twin = takeFrames(bytes)
        expect(decodeAll(decoder, [bytes])).toHaveLength(twin.frames.length)
        expect(decoder.partial).toBe(twin.rest.length > 0)
      }),
    )
  })

  test('WIRE-1 a large frame in many small pieces stays whole', () => {
    const text = JSON.stringify({ sdp: 'é\r\n"'.repeat(100_000) })
    const bytes = Buffer.concat([frame(0x0d, text), frame(0x13, '{}')])
    const chunks = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, i) =>
      bytes.subarray(i * 1000, (i + 1) * 1000),
    )
    expect(decodeAll(new FrameDecoder(LIMIT), chunks)).toEqual([
      { type: 0x0d, payload: text },
      { type: 0x13, payload: '{}' },
    ])
  })

  test('WIRE-1 what is held grows with what has arrived, not with what was announced, and not byte by byte', () => {
    const allocate = vi.spyOn(Buffer, 'allocUnsafe')
    onTestFinished(() => {
      allocate.mockRestore()
    })
    const text = `"${'x'.repeat(LIMIT - 3)}"`
    const bytes = encodeFrame(0x0d, text)
    allocate.mockClear()
    const decoder = new FrameDecoder(LIMIT)
    for (let at = 0; at < bytes.length; at += 64) {
      decoder.push(bytes.subarray(at, at + 64))
      const arrived = Math.min(at + 64, bytes.length)
      expect(allocate.mock.calls.at(-1)?.[0] ?? 0).toBeLessThanOrEqual(2 * arrived)
    }
    expect(allocate.mock.calls.length).toBeLessThan(25)
    expect(decoder.next()?.payload).toHaveLength(LIMIT - 1)
  })

  test('WIRE-2 what follows the largest frame in the same piece is not lost', () => {
    const text = `"${'x'.repeat(LIMIT - 3)}"`
    const bytes = Buffer.concat([
      encodeFrame(0x0d, text),
      ...Array.from({ length: 9_000 }, () => frame(0x13, '{}')),
    ])
    const frames = decodeAll(new FrameDecoder(LIMIT), split(bytes, [1, LIMIT - 100]))
    expect(frames).toHaveLength(9_001)
    expect(frames.slice(1).every(({ type, payload }) => type === 0x13 && payload === '{}')).toBe(true)
  })

  test('WIRE-3 length 0 is refused on the four header bytes', () => {
    expect(() => decodeAll(new FrameDecoder(LIMIT), [Buffer.alloc(3)])).not.toThrow()
    expect(() => decodeAll(new FrameDecoder(LIMIT), [Buffer.alloc(4)])).toThrow(
      expect.objectContaining({ reason: 'empty_frame' }),
    )
  })

  test.each([LIMIT + 1, 0x7fff_ffff, 0xffff_ffff])(
    'WIRE-4 length %i is refused on the four header bytes',
    (length) => {
      const header = Buffer.alloc(4)
      header.writeUInt32BE(length)
      expect(() => decodeAll(new FrameDecoder(LIMIT), [header])).toThrow(ProtocolError)
    },
  )

  test('WIRE-4 the largest allowed frame passes', () => {
    const text = `"${'x'.repeat(LIMIT - 3)}"`
    expect(decodeAll(new FrameDecoder(LIMIT), [encodeFrame(0x0d, text)])).toEqual([
      { type: 0x0d, payload: text },
    ])
    expect(() => encodeFrame(0x0d, `${text}x`)).toThrow(RangeError)
  })

  test('WIRE-2 frames before a broken one are still read', () => {
    const decoder = new FrameDecoder(LIMIT)
    decoder.push(Buffer.concat([frame(0x13, '{}'), Buffer.alloc(4)]))
    expect(decoder.next()).toMatchObject({ type: 0x13 })
    expect(() => decoder.next()).toThrow(ProtocolError)
  })
})
