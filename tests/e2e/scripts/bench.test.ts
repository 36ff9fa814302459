import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { beforeAll, expect, test } from 'vitest'
import { createBench } from '../../../bench/harness/bench.ts'
import { lacksCCompiler } from '../../../bench/harness/servers/c-compiler.ts'
import { withFloor, withFloorInC } from '../../../bench/harness/servers/with-server.ts'
import { build } from '../../../bench/harness/build.ts'
import { relayCandidate } from '../../../bench/rows/relay/relay-candidate.ts'
import { commands } from '../../../bench/shared/commands.ts'
import { endsAfterEach } from '../../support/ends.ts'

const ends = endsAfterEach()

beforeAll(build)

// Processes are started, and the machine may be busy.
const TAKES = { timeout: 60_000 }

test(
  'BENCH-1 a row measures floor and daemon, each a process of its own, and every message arrives',
  TAKES,
  async () => {
    const rounds = await relayCandidate.run(createBench('smoke'))
    expect(rounds).toEqual([{ cpu: { daemon: expect.any(Number), base: expect.any(Number) } }])
    for (const { cpu } of rounds) {
      expect(cpu?.daemon).toBeGreaterThan(0)
      expect(cpu?.base).toBeGreaterThan(0)
    }
  },
)

test.skipIf(lacksCCompiler() !== undefined)(
  'BENCH-11 the floor in C passes everything on, also to a client that does not keep up',
  TAKES,
  async () => {
    await withFloorInC(async ({ port, tls }, load) => {
      await load.ask(commands.logIn, { port, tls, from: 0, count: 4 })
      await load.ask(commands.callInPairs, null)
      // More at once than the kernel keeps for a socket.
      await load.ask(commands.flood, { kind: 'sdp', window: 3000, messages: 6000 })
      await load.ask(commands.flood, { kind: 'candidate', window: 32, messages: 1000 })
    })
  },
)

const twists = {
  'altered in its last byte': (bytes: Buffer) => {
    const twisted = Buffer.from(bytes)
    twisted[twisted.length - 1] = 0
    return twisted
  },
  'sent twice': (bytes: Buffer) => Buffer.concat([bytes, bytes]),
  'left out': (bytes: Buffer) => bytes.subarray(bytes.length / 2),
}

test.each(Object.entries(twists))('BENCH-2 a message that is %s is found', TAKES, async (_what, twist) => {
  await withFloor({}, async (floor, load) => {
    const port = await startTwistingProxy(floor.port, twist)
    await load.ask(commands.logIn, { port, tls: false, from: 0, count: 2 })
    await load.ask(commands.callInPairs, null)
    // The proxy has these two in one piece.
    const flood = load.ask(commands.flood, { kind: 'candidate', window: 2, messages: 10 })
    await expect(flood).rejects.toThrow('not what was sent')
  })
})

/** Passes on what is said on each connection, but for the first candidate. */
async function startTwistingProxy(to: number, twist: (bytes: Buffer) => Buffer): Promise<number> {
  let candidates = 0
  const proxy = createServer((client) => {
    const server = connect(to, '127.0.0.1')
    server.on('data', (bytes) => client.write(bytes))
    client.on('data', (bytes) => {
      const first = bytes.includes('"candidate"') && candidates++ === 0
      server.write(first ? twist(bytes) : bytes)
    })
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => undefined)
      one.on('close', () => other.destroy())
    }
    ends.push(() => client.destroy())
  })
  ends.push(() => new Promise((closed) => proxy.close(closed)))
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}
