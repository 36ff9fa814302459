import { expect, test } from 'vitest'
import { decodeRequest } from '../../../src/protocol/codec/decode-request.ts'
import { FrameDecoder } from '../../../src/protocol/framing/frame-decoder.ts'
import { fuzzDecoder } from '../../fuzz/input/fuzz-decoder.ts'
import { bufferBytes, SLAB_BYTES } from '../../fuzz/memory.ts'
import { prototypesUntouched } from '../../fuzz/input/prototypes.ts'
import { freshSeed } from '../../fuzz/input/random.ts'
import { frame, T } from '../../support/wire/wire.ts'

test('ATTACK-1 ATTACK-2 hostile streams give the frames of the naive reading, however they are split, or are refused as they should be', () => {
  // A violation names the seed: npm run fuzz -- --seed
  const tally = fuzzDecoder({ seed: freshSeed(), frames: 20_000 })
  expect(tally.requests).toBeGreaterThan(2000)
})

test('ATTACK-2 a thousand who announce a megabyte at the end of a full segment hold next to nothing', () => {
  const heads = 1000
  const head = Buffer.concat([frame(T.SDP_OFFER, '{"sdp":"'), Buffer.alloc(100, 'x')])
  head.writeUInt32BE(1_048_576, 0)
  const filling = frame(T.HEARTBEAT, { timestamp: 1, filling: 'x'.repeat(60_000) })
  const before = bufferBytes()
  const decoders = Array.from({ length: heads }, () => {
    const decoder = new FrameDecoder(1_048_576)
    const segment = Buffer.allocUnsafeSlow(filling.length + head.length)
    Buffer.concat([filling, head]).copy(segment)
    decoder.push(segment)
    expect(decoder.next()?.type).toBe(T.HEARTBEAT)
    expect(decoder.next()).toBeUndefined()
    return decoder
  })
  expect(bufferBytes() - before).toBeLessThan(heads * (2 * head.length + SLAB_BYTES))
  expect(decoders.every(({ partial }) => partial)).toBe(true)
})

test.each([
  '{"__proto__":{"polluted":true},"timestamp":1}',
  '{"constructor":{"prototype":{"polluted":true}},"timestamp":1}',
  '{"timestamp":1,"__proto__":{"timestamp":"2"},"request_id":"a"}',
])('ATTACK-2 %s is read for its own fields and changes no prototype', (payload) => {
  const request = decodeRequest({ type: T.HEARTBEAT, payload: Buffer.from(payload) })
  expect(request).toMatchObject({ ok: true, value: { message: { payload: { timestamp: 1 } } } })
  expect(prototypesUntouched()).toBe(true)
  expect('polluted' in {}).toBe(false)
})
