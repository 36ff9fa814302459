import type { Seat, Sfu, SfuListener, SfuNews } from '../../application/ports/sfu.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { SfuEffect } from '../../application/room/sfu-effect.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { Room } from '../../domain/room.ts'
import type { Registry } from '../registry.ts'
import type { Session } from '../session.ts'
import { presentSfu } from './present-sfu.ts'

interface Deps {
  readonly sfu: Sfu
  readonly registry: Pick<Registry, 'get'>
  readonly log: Log
}

/**
 * Who has a place at the SFU by this node: members of rooms with mode `sfu` whose clients are connected here, or were last.
 * Media go on while a client is away, so that a place is kept until the member leaves or comes back at another node.
 */
export interface SfuSeats {
  /** The session has come into the room. */
  readonly entered: (session: Session, room: Room) => void
  /** Its client is back. Where it has no place here, as after a restart, it is to negotiate all anew (SFU-7). */
  readonly resumed: (session: Session, room: Room) => void
  readonly left: (session: SessionId) => void
  readonly carryOut: (effect: SfuEffect) => void
  readonly hear: SfuListener
}

export function makeSfuSeats({ sfu, registry, log }: Deps): SfuSeats {
  const seats = new Map<SessionId, Seat>()

  return {
    entered(session, room) {
      // Who has lost its connection meanwhile takes its place when it is back.
      if (session.endpoint !== undefined) take(session, room)
    },

    resumed(session, room) {
      if (seats.has(session.id)) return
      // Told first: that there is no SFU at all is news after it.
      hear({ kind: 'ready', seat: seatOf(session, room) })
      take(session, room)
    },

    left(session) {
      const seat = seats.get(session)
      seats.delete(session)
      if (seat !== undefined) sfu.leave(seat)
    },

    carryOut(effect) {
      const seat = seats.get(effect.seat.session)
      if (seat === undefined) return
      if (effect.kind === 'sfu-signal') sfu.signal(seat, effect.signal)
      else sfu.renew(seat)
    },

    hear,
  }

  function take(session: Session, room: Room): void {
    const { life, maxMembers } = room
    const seat = seatOf(session, room)
    seats.set(session.id, seat)
    sfu.enter(seat, { life, maxMembers })
  }

  // Later: it may come in the midst of a commit, which what it sends is no part of.
  function hear(news: SfuNews): void {
    queueMicrotask(() => {
      tell(news)
    })
  }

  function tell(news: SfuNews): void {
    const { session: name, room } = news.seat
    if (seats.get(name)?.room !== room) return
    try {
      const session = registry.get(name)
      for (const message of presentSfu(news)) session?.send(message)
    } catch (error) {
      log.error({ err: error, room }, 'what the media server has for a member could not be sent')
    }
  }
}

function seatOf({ id: session, user }: Session, { id: room }: Room): Seat {
  return { room, user: user.id, session }
}
