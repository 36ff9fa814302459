import { frame, T } from '../../support/wire/wire.ts'
import type { Bystanders } from './bystanders.ts'
import type { HostileClient } from './hostile-client.ts'
import { brokenFrame, hostileFrame, split } from '../input/hostile-frame.ts'
import type { Player } from './player.ts'
import { Random } from '../input/random.ts'
import { type Cast, objectText, requestFields, requestTypes, STRANGER } from '../input/requests.ts'

/** Who of the two does what. */
type Act = readonly [who: 0 | 1, type: number]

/** A whole call of two who do everything that can be done, before it is mutated. */
const COURSE: readonly Act[] = [
  [0, T.USER_LIST_REQUEST],
  [0, T.CALL_REQUEST],
  [1, T.CALL_ALERTING],
  [1, T.CALL_RESPONSE],
  [1, T.CALL_TRANSFER],
  [0, T.SDP_OFFER],
  [1, T.SDP_ANSWER],
  [0, T.ICE_CANDIDATE],
  [1, T.ICE_CANDIDATE],
  [0, T.ICE_CANDIDATE],
  [1, T.ICE_CANDIDATE],
  [0, T.ICE_CANDIDATE],
  [1, T.ICE_CANDIDATE],
  [0, T.ICE_CANDIDATE],
  [0, T.HEARTBEAT],
  [1, T.CALL_UPDATE],
  [0, T.CALL_UPDATE],
  [1, T.HEARTBEAT],
  [1, T.ICE_SERVERS_REQUEST],
  [0, T.CHANGE_PASSWORD],
  [1, T.SDP_OFFER],
  [0, T.SDP_ANSWER],
  [0, T.ICE_CANDIDATE],
  [1, T.ICE_CANDIDATE],
  [0, T.RESUME],
  [1, T.HANGUP],
  [1, T.CALL_REQUEST],
  [0, T.CALL_RESPONSE],
  [0, T.HANGUP],
  [0, T.LOGIN_REQUEST],
  [1, T.LOGOUT_REQUEST],
]

/** After these both know more than before: the next one to be sent depends on it. */
const TELLING = new Set<number>([
  T.LOGIN_REQUEST,
  T.LOGOUT_REQUEST,
  T.CALL_REQUEST,
  T.CALL_RESPONSE,
  T.RESUME,
  T.HANGUP,
])

interface Session {
  readonly players: readonly [Player, Player]
  readonly pair: Bystanders['names']
  /** Decides all that is done: seed and number of the session. */
  readonly path: readonly [seed: number, ...number[]]
  readonly limit: number
  readonly connect: (player: Player) => Promise<HostileClient>
  /** Told of frames that were sent by somebody who had logged in. */
  readonly sentInside: (frames: number) => void
}

/** Two users log in and go through a call, with acts left out, repeated, in the wrong order, forged and garbled. */
export async function attackInSession(session: Session): Promise<void> {
  const { players, path } = session
  const random = new Random(...path)
  const acts = mutatedCourse(random)
  for (const player of players) await enter(session, player, random)
  for (const [step, act] of acts.entries()) {
    await perform(session, act, new Random(...path, step))
    if (TELLING.has(act[1])) await settle(players)
  }
  for (const { client } of players) {
    await client?.settle()
    if (random.chance(0.5)) await client?.leave()
    else await client?.reset()
  }
}

function mutatedCourse(random: Random): Act[] {
  const acts = COURSE.flatMap((act) =>
    random.oneOf<readonly Act[]>([
      [40, () => [act]],
      [2, () => []],
      [3, () => [act, act]],
      [4, () => [act, [random.pick([0, 1]), random.pick(requestTypes)]]],
      [2, () => [[random.pick([0, 1]), act[1]]]],
    ]),
  )
  for (let i = 1; i < acts.length; i++) {
    if (random.chance(0.06)) acts.splice(i - 1, 2, ...acts.slice(i - 1, i + 1).reverse())
  }
  return acts
}

async function perform(session: Session, [who, type]: Act, random: Random): Promise<void> {
  const player = session.players[who]
  const client = player.client ?? (await enter(session, player, random))
  const cast = forged(random, player.cast, session.pair, TELLING.has(type) ? 0.03 : 0.15)
  const making = { cast, type, limit: session.limit, maxBytes: 200 }
  const broken = random.chance(0.02)
  const bytes = broken
    ? brokenFrame(random, making)
    : random.oneOf([
        // Most of what the rest depends on is as it should be, so that there is a call to be garbled.
        [TELLING.has(type) ? 500 : 50, () => frame(type, objectText(requestFields(type, cast)))],
        [45, () => hostileFrame(random, making)],
        [1, () => hostileFrame(random, { ...making, maxBytes: random.pick(largeBytes(session.limit)) })],
      ])
  const before = client.frames
  const inside = player.loggedIn
  await client.send(split(random, bytes))
  if (inside) session.sentInside(client.frames - before)
  if (random.chance(0.02)) await client.reset()
  else if (random.chance(0.01)) await client.leave()
  // Else what comes next may be taken for the rest of a frame, and so may all that follows.
  else if (broken && random.chance(0.7)) await client.settle()
}

const largeBytes = (limit: number) => [10_000, 100_000, limit - 1000] as const

/** Says HELLO or not, and resumes or logs in. */
async function enter({ connect }: Session, player: Player, random: Random): Promise<HostileClient> {
  const { token } = player.cast
  const client = await connect(player)
  const ask = async (type: number, cast: Cast) => {
    await client.send(split(random, frame(type, objectText(requestFields(type, cast)))))
    await client.settle()
  }
  if (random.chance(0.8)) await ask(T.HELLO, player.cast)
  if (random.chance(0.6)) await ask(T.RESUME, { ...player.cast, token })
  if (!player.loggedIn) await ask(T.LOGIN_REQUEST, player.cast)
  if (player.loggedIn || client.closed) return client
  // The account is gone, or has another password.
  player.rename()
  await ask(T.REGISTER_REQUEST, player.cast)
  await ask(T.LOGIN_REQUEST, player.cast)
  return client
}

async function settle(players: Session['players']): Promise<void> {
  // Twice: what one has caused is told to the other by then.
  for (let times = 0; times < 2; times++) {
    await Promise.all(players.map(async ({ client }) => client?.settle()))
  }
}

/** The cast, or, so often, one with what belongs to others in it. */
function forged(random: Random, cast: Cast, pair: Bystanders['names'], often: number): Cast {
  if (!random.chance(often)) return cast
  const { callId, callerId, calleeId } = pair
  return random.oneOf<Cast>([
    [1, () => ({ ...cast, callId })],
    [1, () => ({ ...cast, peerId: random.pick([callerId, calleeId]) })],
    [2, () => ({ ...cast, callId, ownId: callerId, peerId: calleeId })],
    [1, () => ({ ...cast, peerId: cast.ownId })],
    [1, () => ({ ...cast, username: random.pick(['alice', 'bob', 'nobody']) })],
    [1, () => ({ ...cast, ...STRANGER, username: cast.username })],
    [1, () => ({ ...cast, lastSeq: random.pick([-1, 0, 1, 2 ** 31, 2 ** 53]) })],
  ])
}
