import { z } from 'zod'
import { command } from './command.ts'

const nothing = z.null()
const kind = z.enum(['candidate', 'sdp'])
const address = { port: z.int(), tls: z.boolean() }

const latency = z.object({ p50Us: z.number(), p90Us: z.number(), p99Us: z.number() })

/** One-way, from before the sender's write until the receiver has read the frame; both clocks are the load generator's. */
export type Latency = z.output<typeof latency>

/** All that the load generator can be asked to do. */
export const commands = {
  /** Connects and logs in users `from` to `from + count`; they stay. */
  logIn: command('logIn', z.object({ ...address, from: z.int(), count: z.int() }), nothing),
  /** All who are logged in call each other in pairs. */
  callInPairs: command('callInPairs', nothing, nothing),
  /** Each caller sends so many messages, with so many in flight. */
  flood: command('flood', z.object({ kind, window: z.int(), messages: z.int() }), nothing),
  /** Each caller sends so many messages a second for so long. */
  pace: command('pace', z.object({ kind, perSecond: z.number(), durationMs: z.number() }), latency),
} as const
