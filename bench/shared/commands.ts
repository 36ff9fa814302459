import { z } from 'zod'
import { command } from './command.ts'

const nothing = z.null()
const kind = z.enum(['candidate', 'sdp'])
const address = {
  port: z.int(),
  tls: z.boolean(),
  subprotocol: z.enum(['roomrtc.json', 'roomrtc.binary', 'stream', 'poll']).optional(),
}

const latency = z.object({ p50Us: z.number(), p90Us: z.number(), p99Us: z.number() })

/** One-way, from before the sender's write until the receiver has read the frame; both clocks are the load generator's. */
export type Latency = z.output<typeof latency>

/** All that the load generator can be asked to do. */
export const commands = {
  /** Connects and logs in users `from` to `from + count`, so many at a time; they stay. */
  logIn: command(
    'logIn',
    z.object({
      ...address,
      from: z.int(),
      count: z.int(),
      atATime: z.int().optional(),
      resumable: z.boolean().optional(),
    }),
    nothing,
  ),
  /** All who are logged in call each other in pairs. */
  callInPairs: command('callInPairs', nothing, nothing),
  /** The first half of those who are logged in call the second half. */
  callAcross: command('callAcross', nothing, nothing),
  /** All who are logged in enter rooms of so many; there each second one signals to the one before. */
  joinRooms: command('joinRooms', z.object({ size: z.int().multipleOf(2) }), nothing),
  /** Users `from` to `from + count`, whose sessions wait, resume them; they stay. */
  resumeWaiting: command('resumeWaiting', z.object({ ...address, from: z.int(), count: z.int() }), nothing),
  /**
   * Users `from` to `from + count`, who are in rooms of so many, signal so often to the next one of their room, and
   * acknowledge all that they are told.
   */
  signalAround: command(
    'signalAround',
    z.object({ from: z.int(), count: z.int(), roomSize: z.int(), messages: z.int() }),
    nothing,
  ),
  /** The last who is logged in enters the first room and leaves it, so many times. */
  visitRoom: command('visitRoom', z.object({ times: z.int() }), nothing),
  /** Each caller sends so many messages, with so many in flight. */
  flood: command('flood', z.object({ kind, window: z.int(), messages: z.int() }), nothing),
  /** Each caller sends so many messages a second for so long. */
  pace: command('pace', z.object({ kind, perSecond: z.number(), durationMs: z.number() }), latency),
  /**
   * One who is logged in becomes Busy and Available again, so many times, with pauses; all the others are idle. Gives the
   * median of the times, in µs, until the last of them had it.
   */
  tellAll: command('tellAll', z.object({ changes: z.int(), pauseMs: z.number() }), z.number()),
  /** Resolves when nobody has been told of anybody for a second. */
  quiet: command('quiet', nothing, nothing),
  /**
   * So many of those who are logged in call each other in pairs and hang up, within so long, so often. Resolves when the
   * picture that each of the others has of them is right, with the number of changes and of the messages about them.
   */
  flap: command(
    'flap',
    z.object({ flappers: z.int(), cycles: z.int(), durationMs: z.number() }),
    z.object({ changes: z.int(), told: z.int() }),
  ),
  /** Users `from` to `from + count` try a wrong password, each again as soon as it is answered, until told to stop. */
  keepLoggingIn: command('keepLoggingIn', z.object({ ...address, from: z.int(), count: z.int() }), nothing),
  /** Gives how many logins have been answered. */
  stopLoggingIn: command('stopLoggingIn', nothing, z.int()),
  /** Registers users `from` to `from + count`, so many at a time; gives the milliseconds that it took. */
  register: command(
    'register',
    z.object({ ...address, from: z.int(), count: z.int(), atATime: z.int() }),
    z.number(),
  ),
  /** The first who is logged in asks for so many pages of the user list, one after another. */
  listUsers: command('listUsers', z.object({ pages: z.int(), limit: z.int() }), nothing),
  /** Users `from` to `from + count` log in, all at once, in order to resume later; gives the milliseconds until all have. */
  logInResumable: command(
    'logInResumable',
    z.object({ ...address, from: z.int(), count: z.int() }),
    z.number(),
  ),
  /** Their connections may end from now on. */
  expectCut: command('expectCut', nothing, nothing),
  /** Cuts all of them off; all resume at once. Gives the milliseconds until all have. */
  resumeAll: command('resumeAll', z.object(address), z.number()),
} as const
