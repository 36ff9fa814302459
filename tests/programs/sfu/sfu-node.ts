import type { OwnSfu, Seat, SfuNews } from '../../../src/application/ports/sfu.ts'
import { openJanus } from '../../../src/infrastructure/janus/open-janus.ts'
import type { Spread } from '../../../src/infrastructure/janus/choose-server.ts'
import { systemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { parseRoomId, parseSessionId, parseUserId } from '../../../src/domain/ids.ts'
import type { JanusServer } from '../../support/programs/janus-server.ts'
import { type Peer, spawnPeer } from './spawned-peer.ts'

/** Somebody in the room, and all that the SFU has told of it but candidates. */
interface Member {
  readonly seat: Seat
  readonly told: readonly SfuNews[]
  leave(): void
}

/** A node of its own. */
export interface SfuNode {
  readonly sfu: OwnSfu
  /** What the log says, each line as JSON. */
  readonly logged: readonly string[]
  /** Without media. */
  sit(name: string, room?: string): Member
  /** In a process of its own, with sound and a picture. */
  enter(name: string): Member & { readonly peer: Peer }
}

interface NodeOptions {
  readonly spread?: Spread
  readonly keepaliveMs?: number
  readonly secret?: string
}

export function startNode(
  ends: (() => unknown)[],
  servers: readonly JanusServer[],
  { spread = 'least-loaded', keepaliveMs = 1000, secret = servers[0]?.secret ?? '' }: NodeOptions = {},
): SfuNode {
  const listeners = new Map<string, (news: SfuNews) => void>()
  const logged: string[] = []
  const log = (fields: object, message: string): void => {
    logged.push(JSON.stringify({ ...fields, message }))
  }
  const sfu = openJanus({
    urls: servers.map(({ url }) => url),
    secret,
    keepaliveMs,
    spread,
    clock: systemClock,
    log: { info: log, warn: log },
    tell: (news) => listeners.get(news.seat.session)?.(news),
  })
  ends.push(() => sfu.end())
  const take = (seat: Seat, hear: (news: SfuNews) => void = () => undefined): Member => {
    const told: SfuNews[] = []
    listeners.set(seat.session, (news) => {
      if (news.kind !== 'candidate') told.push(news)
      hear(news)
    })
    sfu.enter(seat, { life: 'first', maxMembers: 8 })
    return {
      seat,
      told,
      leave() {
        sfu.leave(seat)
      },
    }
  }
  return {
    sfu,
    logged,
    sit: (name, room) => take(seatOf(name, room)),
    enter(name) {
      const seat = seatOf(name)
      const peer = spawnPeer(ends, (signal) => {
        sfu.signal(seat, signal)
      })
      const member = take(seat, (news) => {
        peer.hear(news)
      })
      peer.start()
      return { ...member, peer }
    },
  }
}

function seatOf(name: string, roomName = 'standup'): Seat {
  const [room, user, session] = [parseRoomId(roomName), parseUserId(name), parseSessionId(`session-${name}`)]
  if (room === undefined || user === undefined || session === undefined) throw new Error(`${name} is no id`)
  return { room, user, session }
}
