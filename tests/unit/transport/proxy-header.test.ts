import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseProxyHeader } from '../../../src/transport/proxy/proxy-header.ts'
import { v2Header } from '../../support/wire/proxy-headers.ts'

const parse = (bytes: Buffer | string) => parseProxyHeader(Buffer.from(bytes))

const V4_BODY = 'c0a80001 0a000001 dd58 01bb'
const V6_BODY = `20010db8000000000000000000000001 20010db8000000000000000000000002 dd58 01bb`
const MAPPED_BODY = `00000000000000000000ffffc0000207 20010db8000000000000000000000002 dd58 01bb`

describe('the header of the PROXY protocol', () => {
  test.each([
    ['PROXY TCP4 192.168.0.1 10.0.0.1 56664 443\r\n', '192.168.0.1', 56_664],
    ['PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n', '255.255.255.255', 65_535],
    ['PROXY TCP4 1.2.3.4 1.2.3.4 0 0\r\n', '1.2.3.4', 0],
    ['PROXY TCP6 2001:DB8:0:0::1 2001:db8::2 56664 443\r\n', '2001:db8::1', 56_664],
    [
      'PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n',
      'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      65_535,
    ],
    ['PROXY TCP6 ::ffff:192.0.2.7 ::1 5 6\r\n', '192.0.2.7', 5],
    ['PROXY TCP6 ::FFFF:c000:207 ::1 5 6\r\n', '192.0.2.7', 5],
  ])('PROXY-2 PROXY-6 version 1 tells address and port: %j', (line, address, port) => {
    expect(parse(line)).toEqual({ kind: 'header', address, port, length: line.length })
  })

  test.each([
    'PROXY UNKNOWN\r\n',
    'PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n',
    `PROXY UNKNOWN ${'x'.repeat(107 - 16)}\r\n`,
  ])('PROXY-7 of an unknown client the header ends with its line: %j', (line) => {
    const nobody = { address: undefined, port: undefined }
    expect(parse(line)).toEqual({ kind: 'header', ...nobody, length: line.length })
  })

  test.each([
    [V4_BODY, 0x11, '192.168.0.1'],
    [V6_BODY, 0x21, '2001:db8::1'],
    [MAPPED_BODY, 0x21, '192.0.2.7'],
    // TLVs, one of them nonsense.
    [`${V4_BODY} 030004aabbccdd ff`, 0x11, '192.168.0.1'],
    [V4_BODY + '00'.repeat(4096 - 16 - 12), 0x11, '192.168.0.1'],
  ])('PROXY-3 PROXY-6 version 2 tells address and port: %.90s', (body, family, address) => {
    const bytes = v2Header({ family, body })
    expect(parse(bytes)).toEqual({ kind: 'header', address, port: 0xdd58, length: bytes.length })
  })

  test.each([
    ['LOCAL', { command: 0x20, family: 0x00, body: '' }],
    ['LOCAL with addresses', { command: 0x20, family: 0x11, body: V4_BODY }],
    ['LOCAL of a strange family', { command: 0x20, family: 0x31, body: '01' }],
    ['an unspecified family', { family: 0x00, body: '' }],
    ['an unspecified family with TLVs', { family: 0x00, body: '030004aabbccdd' }],
  ])('PROXY-7 version 2 with %s tells no address', (_what, header) => {
    const bytes = v2Header(header)
    const nobody = { address: undefined, port: undefined }
    expect(parse(bytes)).toEqual({ kind: 'header', ...nobody, length: bytes.length })
  })

  test.each([
    ['something else', 'GET / HTTP/1.1\r\n\r\n'],
    ['a frame', Buffer.from('00000003137b7d', 'hex')],
    ['a TLS handshake', Buffer.from('16030102000100', 'hex')],
    ['lower case', 'proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n'],
    ['a lone line feed', 'PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n'],
    ['a lone line feed after UNKNOWN', 'PROXY UNKNOWN\n'],
    ['a carriage return within', 'PROXY UNKNOWN \r \r\n'],
    ['an unknown family', 'PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n'],
    ['a longer word', 'PROXY UNKNOWNS\r\n'],
    ['no line at all', `PROXY UNKNOWN ${'x'.repeat(94)}`],
    ['a line too long', `PROXY UNKNOWN ${'x'.repeat(108 - 16)}\r\n`],
    ['IPv6 as TCP4', 'PROXY TCP4 ::1 ::1 1 2\r\n'],
    ['IPv4 as TCP6', 'PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n'],
    ['a bad source', 'PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n'],
    ['leading zeros', 'PROXY TCP4 01.2.3.4 1.2.3.4 1 2\r\n'],
    ['a bad destination', 'PROXY TCP4 1.2.3.4 1.2.3 1 2\r\n'],
    ['a zone', 'PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n'],
    ['a name', 'PROXY TCP4 localhost 1.2.3.4 1 2\r\n'],
    ['a port too high', 'PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n'],
    ['a port with leading zeros', 'PROXY TCP4 1.2.3.4 1.2.3.4 1 02\r\n'],
    ['a signed port', 'PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n'],
    ['a missing port', 'PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n'],
    ['one field more', 'PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n'],
    ['two spaces', 'PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n'],
    ['a space at the end', 'PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n'],
    ['a signature gone wrong', Buffer.from('0d0a0d0a000d0a515549540b', 'hex')],
    ['version 1 in binary', v2Header({ command: 0x11, body: V4_BODY })],
    ['version 3', v2Header({ command: 0x31, body: V4_BODY })],
    ['an unknown command', v2Header({ command: 0x22, body: V4_BODY })],
    ['UDP', v2Header({ family: 0x12, body: V4_BODY })],
    ['UDP over IPv6', v2Header({ family: 0x22, body: V6_BODY })],
    ['a Unix socket', v2Header({ family: 0x31, body: '00'.repeat(216) })],
    ['a family without transport', v2Header({ family: 0x10, body: V4_BODY })],
    ['an unknown family', v2Header({ family: 0x41, body: V4_BODY })],
    ['too few bytes for IPv4', v2Header({ family: 0x11, body: V4_BODY.slice(0, -2) })],
    ['too few bytes for IPv6', v2Header({ family: 0x21, body: V4_BODY })],
    ['too many bytes', v2Header({ body: V4_BODY + '00'.repeat(4097 - 16 - 12) })],
  ])('PROXY-4 %s is invalid, whatever follows', (_what, bytes) => {
    const invalid = { kind: 'invalid', why: expect.stringMatching(/^its? /) }
    expect(parse(bytes)).toEqual(invalid)
    expect(parse(Buffer.concat([Buffer.from(bytes), Buffer.alloc(5000, 0x20)]))).toEqual(invalid)
  })

  test('PROXY-4 a declared length over the limit is invalid before anything of it has come', () => {
    const bytes = v2Header({ body: '00'.repeat(5000) }).subarray(0, 16)
    expect(parse(bytes)).toEqual({ kind: 'invalid', why: 'it is too long' })
  })
})

const ipv4 = fc.ipV4()
const port = fc.nat(65_535)
const body = fc
  .uint8Array({ minLength: 36, maxLength: 200 })
  .map((bytes) => Buffer.from(bytes).toString('hex'))
const header = fc.oneof(
  fc.tuple(ipv4, ipv4, port, port).map(([...fields]) => Buffer.from(`PROXY TCP4 ${fields.join(' ')}\r\n`)),
  fc
    .tuple(fc.ipV6(), fc.ipV6(), port, port)
    .map((fields) => Buffer.from(`PROXY TCP6 ${fields.join(' ')}\r\n`)),
  fc.constant(Buffer.from('PROXY UNKNOWN\r\n')),
  fc
    .record({
      command: fc.constantFrom(0x20, 0x21),
      family: fc.constantFrom(0x00, 0x11, 0x21),
      body,
    })
    .map(v2Header),
)
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))

describe('however the bytes arrive', () => {
  test('PROXY-5 a header is found as soon as it is whole, and what follows it is not looked at', () => {
    fc.assert(
      fc.property(header, bytes(50), (whole, rest) => {
        const found = parse(whole)
        expect(found).toMatchObject({ kind: 'header', length: whole.length })
        expect(parse(Buffer.concat([whole, rest]))).toEqual(found)
        for (let length = 0; length < whole.length; length++) {
          expect(parse(whole.subarray(0, length))).toEqual({ kind: 'incomplete' })
        }
      }),
    )
  })

  test('PROXY-4 PROXY-5 bytes of any kind break nothing, and what is decided once stays decided', () => {
    const start = fc.constantFrom('', 'PROXY ', 'PROXY TCP4 ', 'PROXY UNKNOWN', 'PROXY TCP6 ::')
    const text = fc.tuple(start, fc.string()).map((parts) => Buffer.from(parts.join('')))
    const binary = fc
      .tuple(fc.constantFrom(12, 13, 14, 15, 16), bytes(100))
      .map(([kept, rest]) => Buffer.concat([v2Header({ body: V4_BODY }).subarray(0, kept), rest]))
    const damaged = fc.tuple(header, fc.nat(), fc.nat(255)).map(([whole, at, value]) => {
      const copy = Buffer.from(whole)
      copy[at % copy.length] = value
      return copy
    })
    fc.assert(
      fc.property(fc.oneof(bytes(300), text, binary, damaged), (all) => {
        let decided: ReturnType<typeof parse> | undefined
        for (let length = 0; length <= all.length; length++) {
          const outcome = parse(all.subarray(0, length))
          if (outcome.kind === 'header') expect(outcome.length).toBeLessThanOrEqual(length)
          if (decided?.kind === 'header') expect(outcome).toEqual(decided)
          if (decided !== undefined) expect(outcome.kind).toBe(decided.kind)
          if (outcome.kind !== 'incomplete') decided ??= outcome
        }
      }),
      { numRuns: 500 },
    )
  })

  test('PROXY-5 nobody is asked for more than the longest header', () => {
    fc.assert(
      fc.property(header, fc.uint8Array({ minLength: 4096, maxLength: 5000 }), (whole, rest) => {
        const cut = Buffer.concat([whole.subarray(0, 16), Buffer.from(rest)])
        expect(parse(cut).kind).not.toBe('incomplete')
      }),
    )
  })
})
