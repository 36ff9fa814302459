import { describe, expect, test } from 'vitest'
import { ByteReader } from '../../../src/cli/decode/capture/byte-reader.ts'
import { itemsOfCapture } from '../../../src/cli/decode/capture/items-of-capture.ts'
import type { Item } from '../../../src/cli/decode/item.ts'
import { createDice, type Dice, randomSeed } from '../../support/dice.ts'
import { wholeCall } from '../../support/documented-examples.ts'
import {
  CLIENT,
  type End,
  handshake,
  ipPacket,
  pcapFile,
  pcapngFile,
  type Segment,
  segmentsOf,
  SERVER,
  wrappings,
} from '../../support/wire/capture-file.ts'
import { frame, T } from '../../support/wire/wire.ts'

/** What Alice and the server say in the documented call. */
const alice = wholeCall().filter(({ route }) => route[0] === 'alice')
const toAlice = wholeCall().filter(({ route }) => route.at(-1) === 'alice' && route.length === 2)
const said = Buffer.concat(alice.map(({ bytes }) => bytes))
const heard = Buffer.concat(toAlice.map(({ bytes }) => bytes))

async function read(file: Buffer, port?: number) {
  const leftOut = { foreign: 0 }
  const items: Item[] = []
  const pieces = async function* () {
    for (let at = 0; at < file.length; at += 1000) yield await Promise.resolve(file.subarray(at, at + 1000))
  }
  for await (const item of itemsOfCapture(new ByteReader(pieces()), port, leftOut)) items.push(item)
  return { items, leftOut }
}

function names(items: readonly Item[], sender: 'client' | 'server'): readonly (string | undefined)[] {
  return items.filter((item) => item.sender === sender).map(({ message }) => message?.name)
}

const faultsOf = (items: readonly Item[]) => items.flatMap(({ faults }) => faults)

function packets(segments: readonly Segment[]): readonly Buffer[] {
  return segments.map(ipPacket)
}

/** The whole call as a capture that lost nothing. */
function calmly(client: End, server: End): readonly Segment[] {
  return [
    ...handshake(client, server, 1000, 9000),
    ...segmentsOf(client, server, said, [40, 41, 500], 1000),
    ...segmentsOf(server, client, heard, [700], 9000),
  ]
}

/** Segments as a bad network delivers them: late, twice, and sent again with other borders. */
function roughly(dice: Dice, segments: readonly Segment[], whole: Buffer): readonly Segment[] {
  const [{ from, to, sequence } = { from: CLIENT, to: SERVER, sequence: 0 }] = segments
  const again = Array.from({ length: dice.between(0, 5) }, () => {
    const start = dice.between(0, whole.length - 1)
    const data = whole.subarray(start, dice.between(start + 1, Math.min(whole.length, start + 400)))
    return { from, to, sequence: (sequence + start) >>> 0, data }
  })
  return [...segments, ...again]
    .map((segment, index) => ({ segment, place: index + dice.between(0, 12) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ segment }) => segment)
}

describe('a capture', () => {
  test('DECODE-4 DECODE-5 has every message in order, however the network split, repeated and reordered it', async () => {
    const seed = randomSeed()
    const dice = createDice(seed)
    for (let round = 0; round < 60; round++) {
      // Sequence numbers begin anew within some of the streams.
      const [first, answer] = [0xffff_ffff - dice.between(0, 3000), dice.between(0, 0xffff_ffff)]
      const cuts = (whole: Buffer) =>
        Array.from({ length: dice.between(0, 60) }, () => dice.between(1, whole.length))
      const file = pcapFile(
        packets([
          ...handshake(CLIENT, SERVER, first, answer),
          ...roughly(dice, segmentsOf(CLIENT, SERVER, said, cuts(said), first), said),
          ...roughly(dice, segmentsOf(SERVER, CLIENT, heard, cuts(heard), answer), heard),
        ]),
      )
      const { items } = await read(file)
      expect(faultsOf(items), `seed ${seed}`).toEqual([])
      expect(names(items, 'client'), `seed ${seed}`).toEqual(alice.map(({ name }) => name))
      expect(names(items, 'server'), `seed ${seed}`).toEqual(toAlice.map(({ name }) => name))
    }
  })

  test('DECODE-5 may be split at every single byte', async () => {
    const cuts = Array.from({ length: said.length }, (_, index) => index + 1)
    const segments = segmentsOf(CLIENT, SERVER, said, cuts, 7)
    const { items } = await read(pcapFile(packets([...handshake(CLIENT, SERVER, 7, 8), ...segments])))
    expect(names(items, 'client')).toEqual(alice.map(({ name }) => name))
    expect(faultsOf(items)).toEqual([])
  })

  test.each(Object.entries(wrappings))(
    'DECODE-4 of the link %s is read, classic and pcapng',
    async (_, how) => {
      for (const write of [pcapFile, pcapngFile]) {
        const { items } = await read(write(packets(calmly(CLIENT, SERVER)), how))
        expect(names(items, 'client')).toEqual(alice.map(({ name }) => name))
        expect(names(items, 'server')).toEqual(toAlice.map(({ name }) => name))
        expect(new Date(items[0]?.timeMs ?? 0).toISOString()).toBe('2026-01-01T00:00:00.005Z')
        expect(items[0]?.route).toEqual({ connection: 1, from: '127.0.0.1:50123', to: '127.0.0.1:8080' })
      }
    },
  )

  test('DECODE-4 of IPv6 is read', async () => {
    const one = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    const segments = calmly({ ...CLIENT, address: one }, { ...SERVER, address: one })
    const { items } = await read(pcapFile(packets(segments)))
    expect(names(items, 'client')).toEqual(alice.map(({ name }) => name))
    expect(items[0]?.route?.from).toBe('[::1]:50123')
  })

  test('DECODE-6 of a server on another port is found by its SYN and what it carries; other protocols are left out', async () => {
    const server = { ...SERVER, port: 443 }
    const web = { ...SERVER, port: 80 }
    const other = { ...CLIENT, port: 50_999 }
    const request = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    const { items, leftOut } = await read(
      pcapFile(
        packets([
          ...calmly(CLIENT, server),
          ...handshake(other, web, 1, 2),
          ...segmentsOf(other, web, request, [], 1),
        ]),
      ),
    )
    expect(names(items, 'client')).toEqual(alice.map(({ name }) => name))
    expect(names(items, 'server')).toEqual(toAlice.map(({ name }) => name))
    expect(leftOut.foreign).toBe(1)
  })

  test('DECODE-6 on the named port TLS is a fault that says so', async () => {
    const hello = Buffer.concat([Buffer.from('16030100c8010000c4', 'hex'), Buffer.alloc(200)])
    const segments = [...handshake(CLIENT, SERVER, 1, 2), ...segmentsOf(CLIENT, SERVER, hello, [], 1)]
    const { items } = await read(pcapFile(packets(segments)), 8080)
    expect(faultsOf(items)[0]).toMatchObject({ offset: 0, reason: 'foreign_protocol' })
    expect(faultsOf(items)[0]?.message).toContain('TLS')
  })

  test('DECODE-5 that begins in mid-conversation tells who is who by what is said', async () => {
    const server = { ...SERVER, port: 9999 }
    const { items } = await read(pcapFile(packets(segmentsOf(server, CLIENT, heard, [], 5))))
    expect(names(items, 'server')).toEqual(toAlice.map(({ name }) => name))
  })

  test('DECODE-5 two connections between the same ports are two', async () => {
    const one = [...handshake(CLIENT, SERVER, 5, 6), ...segmentsOf(CLIENT, SERVER, said, [], 5)]
    const two = [...handshake(CLIENT, SERVER, 900_000, 6), ...segmentsOf(CLIENT, SERVER, said, [], 900_000)]
    const { items } = await read(pcapFile(packets([...one, ...two])))
    expect(names(items, 'client')).toEqual([...alice, ...alice].map(({ name }) => name))
    expect(new Set(items.map(({ route }) => route?.connection))).toEqual(new Set([1, 2]))
  })

  test('DECODE-7 that lacks a packet has a fault there, and goes on with the next message', async () => {
    const beat = (timestamp: number) => frame(T.HEARTBEAT, { timestamp })
    const stream = Buffer.concat([beat(1), beat(2), beat(3)])
    const size = beat(1).length
    const [one, lost, three] = segmentsOf(CLIENT, SERVER, stream, [size + 3, size + 9], 1)
    if (one === undefined || lost === undefined || three === undefined) throw new Error('three segments')
    const { items } = await read(pcapFile(packets([...handshake(CLIENT, SERVER, 1, 2), one, three])))
    expect(items.map(({ message }) => message?.payload)).toEqual([
      { timestamp: 1 },
      undefined,
      undefined,
      { timestamp: 3 },
    ])
    expect(faultsOf(items)).toMatchObject([
      { reason: 'missing_bytes', offset: size + 3 },
      { reason: 'skipped', offset: size + 9 },
    ])
  })

  test('DECODE-7 that ends within a packet, or has a length beyond reason, is read as far as it goes', async () => {
    const whole = pcapFile(packets(calmly(CLIENT, SERVER)))
    const { items } = await read(whole.subarray(0, whole.length - 3))
    expect(names(items, 'client')).toEqual(alice.map(({ name }) => name))
    expect(faultsOf(items)).toContainEqual(expect.objectContaining({ reason: 'damaged_capture' }))

    const damaged = Buffer.from(whole)
    damaged.writeUInt32LE(0xffff_fff0, 24 + 8)
    expect(faultsOf((await read(damaged)).items)).toMatchObject([{ reason: 'damaged_capture', offset: 24 }])
  })

  test('DECODE-7 whatever bytes a capture has, it is read to its end', async () => {
    const seed = randomSeed()
    const dice = createDice(seed)
    for (let round = 0; round < 200; round++) {
      const write = dice.pick([pcapFile, pcapngFile])
      const file = Buffer.from(write(packets(calmly(CLIENT, SERVER)), dice.pick(Object.values(wrappings))))
      for (let hit = dice.between(1, 20); hit > 0; hit--)
        file.writeUInt8(dice.between(0, 255), dice.between(4, file.length - 1))
      await expect(read(file), `seed ${seed}`).resolves.toBeDefined()
    }
  })
})
