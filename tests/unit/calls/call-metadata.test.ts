import { describe, expect, test } from 'vitest'
import { type Agreed, createDuo } from '../../support/house/duo.ts'
import { T } from '../../support/wire/wire.ts'

const CONTROL = ['call_control']

/** alice rings bob with a payload of this very text, whose `{to}` is bob's id; the text that bob got, from the names on. */
async function passedOn(
  text: string,
  [ofAlice, ofBob]: readonly Agreed[] = [CONTROL, CONTROL],
): Promise<string> {
  const { alice, bob } = await createDuo(ofAlice, ofBob)
  await alice.send(T.CALL_REQUEST, text.replace('{to}', bob.userId))
  const got = bob.take(T.CALL_NOTIFICATION)[0]?.text ?? ''
  return got.slice(got.indexOf('"from_username"'))
}

const withMetadata = (metadata: string) => `{"to_user_id":"{to}","metadata":${metadata},"request_id":"m"}`

describe('CALL-12 metadata', () => {
  test.each([
    ['an object', '{"kind":"video","subject":"Tea?"}'],
    ['nothing in it', '{}'],
    ['all that JSON has', '{"a":[1,-0.5,true,null,"x",{"b":[[]]}],"":""}'],
    ['characters that need care', '{"s":"\\"\\\\\\r\\n\\u0000/ü日😀"}'],
    ['a lone surrogate', '{"s":"\\ud800"}'],
    [
      'keys that mean something to JavaScript',
      '{"__proto__":{"x":1},"constructor":2,"toString":3,"toJSON":4}',
    ],
    ['such a key deeper down', '{"a":{"__proto__":{"to_user_id":"x"}}}'],
    [
      'the names of fields of the message',
      '{"call_id":"x","from_user_id":"x","metadata":{},"seq":9,"request_id":"x"}',
    ],
  ])('arrives as it was sent: %s', async (_what, metadata) => {
    expect(await passedOn(withMetadata(metadata))).toBe(`"from_username":"alice","metadata":${metadata}}`)
  })

  test('WIRE-9 __proto__ beside metadata does not stand in for it', async () => {
    expect(await passedOn('{"to_user_id":"{to}","__proto__":{"metadata":{},"sdp":"v=0"}}')).toBe(
      '"from_username":"alice"}',
    )
  })

  test.each<readonly [string, Agreed, Agreed]>([
    ['a callee of v1', CONTROL, undefined],
    ['a callee that agreed on everything else', CONTROL, ['ice_servers', 'goaway']],
    ['anybody from a caller of v1', undefined, CONTROL],
    ['anybody from a caller that agreed on everything else', ['resume', 'ice_servers', 'goaway'], CONTROL],
  ])('HELLO-5 does not go to %s', async (_whom, ofAlice, ofBob) => {
    expect(await passedOn(withMetadata('{"a":1}'), [ofAlice, ofBob])).toBe('"from_username":"alice"}')
  })

  const sized = (content: string) => `{"s":"${content}"}`
  const OVERHEAD = sized('').length

  test.each([
    ['ASCII', 'x', 1],
    ['two bytes a character', 'é', 2],
    ['four bytes a character', '😀', 4],
  ])('of 2048 bytes is taken, of one more it is not: %s', async (_what, character, bytes) => {
    const room = 2048 - OVERHEAD
    const filled = character.repeat(Math.floor(room / bytes)) + 'x'.repeat(room % bytes)
    expect(Buffer.byteLength(sized(filled))).toBe(2048)
    expect(await passedOn(withMetadata(sized(filled)))).toBe(
      `"from_username":"alice","metadata":${sized(filled)}}`,
    )
    expect(await passedOn(withMetadata(sized(`${filled}x`)))).toBe('')
  })

  test.each([
    ['an array', '[]'],
    ['a string', '"{}"'],
    ['null', 'null'],
    ['a number', '7'],
    ['true', 'true'],
    ['too large', sized('x'.repeat(2049 - OVERHEAD))],
    ['arrays 30,000 deep', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['an object in which arrays go 30,000 deep', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['objects 9,000 deep', `${'{"a":'.repeat(9_000)}{}${'}'.repeat(9_000)}`],
  ])('WIRE-7 HELLO-4 that is no small object is refused: %s', async (_what, metadata) => {
    const { alice, bob, ring } = await createDuo(CONTROL, CONTROL)
    await alice.send(T.CALL_REQUEST, withMetadata(metadata).replace('{to}', bob.userId))
    expect(alice.seen()).toEqual([
      [
        T.ERROR,
        {
          code: 400,
          message: 'CALL_REQUEST: "metadata": expected an object of at most 2048 bytes as JSON',
          reason: 'invalid_field',
          in_reply_to: T.CALL_REQUEST,
          request_id: 'm',
        },
      ],
    ])
    expect(bob.seen()).toEqual([])
    await ring()
    expect(alice.take(T.RINGING)).toHaveLength(1)
  })
})
