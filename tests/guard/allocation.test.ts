import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

const RELAYS = fileURLToPath(new URL('./relay-allocation.ts', import.meta.url))

/**
 * Without the optimizing compiler, what is allocated depends on the code alone and not on when it is compiled; a
 * process that has run for a while allocates about half. The nursery takes a whole batch, and one thread frees nothing
 * meanwhile.
 */
const FLAGS = [
  '--expose-gc',
  '--no-opt',
  '--single-threaded',
  '--min-semi-space-size=32',
  '--max-semi-space-size=32',
  ...['--import', 'tsx'],
]

const printed = z.array(z.object({ signal: z.string(), heapBytes: z.number(), bufferBytes: z.number() }))
let measured: z.infer<typeof printed>

beforeAll(() => {
  const lines = execFileSync(process.execPath, [...FLAGS, RELAYS], { encoding: 'utf8' })
    .trim()
    .split('\n')
  measured = printed.parse(lines.map((line): unknown => JSON.parse(line)))
}, 120_000)

/** Bytes a relay, from the frame decoder, by way of the limits, to the frame that is given to the socket. */
function of(signal: string): { heapBytes: number; bufferBytes: number } {
  const found = measured.find((line) => line.signal === signal)
  if (found === undefined) throw new Error(`${signal} was not measured`)
  return found
}

// Measured: 1,235 bytes of heap and the 316 of its frame, which is copied so as not to keep all that came with it.
test('BENCH-7 a relayed candidate allocates little more than the copy of its frame', () => {
  const { heapBytes, bufferBytes } = of('candidate')
  expect(heapBytes).toBeLessThan(2000)
  expect(bufferBytes).toBeLessThan(500)
})

// Measured: 912 bytes of heap and none of buffers.
test('BENCH-7 a relayed description of 6 KB allocates less than a candidate: it is not copied', () => {
  const { heapBytes, bufferBytes } = of('description')
  expect(heapBytes).toBeLessThan(1500)
  expect(bufferBytes).toBeLessThan(50)
})

// Measured: 5,393 and 30,319 bytes of heap. Not a demand but a proof that the bounds above would notice.
test.each([
  ['candidate', 2000],
  ['description', 1500],
])('BENCH-7 a %s that is read and written anew would exceed that, and all of it is seen', (signal, bound) => {
  expect(of(signal).heapBytes).toBeGreaterThan(100)
  expect(of(`${signal} written anew`).heapBytes).toBeGreaterThan(bound)
})
