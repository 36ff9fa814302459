import type { OwnSfu, SfuListener } from '../../application/ports/sfu.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { systemPause } from '../system/system-pause.ts'
import { systemRandom } from '../system/system-random.ts'
import type { Spread } from './choose-server.ts'
import { Seats } from './seats.ts'
import { JanusServer } from './server.ts'

export interface JanusOptions {
  /** Of the WebSocket API of each Janus. */
  readonly urls: readonly string[]
  /** Their api_secret; those of the rooms are made from it. */
  readonly secret: string
  /** Less than their session_timeout. */
  readonly keepaliveMs: number
  readonly spread: Spread
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly tell: SfuListener
}

/** Returns at once: each Janus is looked for from here on, and used whenever it is there. */
export function openJanus(options: JanusOptions): OwnSfu {
  const { urls, secret, keepaliveMs, spread, clock, log, tell } = options
  const system = { clock, random: systemRandom, pause: systemPause, log }
  const seats = new Seats({ ...system, servers: () => servers, secret, spread, tell })
  const servers = urls.map(
    (url) =>
      new JanusServer({
        ...system,
        url,
        secret,
        keepaliveMs,
        came: () => {
          seats.came()
        },
        went: (server) => {
          seats.went(server)
        },
      }),
  )
  return {
    enter: (seat, room) => {
      seats.enter(seat, room)
    },
    signal: (seat, signal) => {
      seats.signal(seat, signal)
    },
    renew: (seat) => {
      seats.renew(seat)
    },
    layers: (seat, layers) => {
      seats.layers(seat, layers)
    },
    mute: (seat, kinds) => {
      seats.mute(seat, kinds)
    },
    leave: (seat) => {
      seats.leave(seat)
    },
    async end() {
      seats.end()
      await Promise.all(servers.map((server) => server.end()))
    },
  }
}
