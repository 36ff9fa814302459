import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { SfuSignal } from '../../../src/application/ports/sfu.ts'

const PROGRAM = fileURLToPath(new URL('peer/media-peer.ts', import.meta.url))

const description = { connection: z.string(), sdp: z.string() }
const signal: z.ZodType<SfuSignal> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('offer'), ...description }),
  z.object({ kind: z.literal('answer'), ...description }),
  z.object({
    kind: z.literal('candidate'),
    connection: z.string(),
    candidate: z.string(),
    sdpMid: z.string(),
    sdpMlineIndex: z.int(),
  }),
])
const word = z.object({
  signal: signal.optional(),
  sees: z.array(z.string()).optional(),
  fault: z.string().optional(),
})

/** A member with sound and a picture, in a process of its own. */
export interface Peer {
  /** What arrives just now, as `bob audio`. */
  readonly sees: () => readonly string[]
  /** Publishes from here on. */
  start(): void
  /** ICE, on the connection that it publishes by. */
  restart(): void
  /** What the SFU has for it: as `SfuNews`, without the seat. */
  hear(news: object): void
  stop(): Promise<void>
}

export function spawnPeer(ends: (() => unknown)[], send: (signal: SfuSignal) => void): Peer {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  let sees: readonly string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = word.parse(JSON.parse(line))
    if (said.signal !== undefined) send(said.signal)
    if (said.sees !== undefined) sees = said.sees
    if (said.fault !== undefined) console.error(said.fault)
  })
  child.stdin.on('error', () => undefined)
  const tell = (news: object): void => {
    child.stdin.write(`${JSON.stringify(news)}\n`)
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await closed
  }
  ends.push(stop)
  return {
    sees: () => sees,
    start() {
      tell({ kind: 'start' })
    },
    restart() {
      tell({ kind: 'restart' })
    },
    hear: tell,
    stop,
  }
}
