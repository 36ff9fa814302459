import type { Seat, Sfu, SfuListener, SfuNews } from '../../application/ports/sfu.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { SfuEffect } from '../../application/room/sfu-effect.ts'
import type { RoomId, SessionId } from '../../domain/ids.ts'
import { type MediaKind, type Member, memberOf, type Room } from '../../domain/room.ts'
import type { Registry } from '../registry.ts'
import type { Session } from '../session.ts'
import { presentSfu, presentSpeaking } from './present-sfu.ts'
import { makeSpeakers } from './speakers.ts'

interface Deps {
  readonly sfu: Sfu
  readonly registry: Pick<Registry, 'get'>
  /** The member's media arrive by that connection; undefined: by none. */
  readonly publishes: (seat: Seat, connection: string | undefined) => void
  readonly pause: Pause
  /** Aborted when the daemon stops. */
  readonly ended: AbortSignal
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
  readonly changed: (room: RoomId, member: Member) => void
  /** The session goes on elsewhere, or not at all. */
  readonly left: (session: SessionId) => void
  readonly memberLeft: (room: RoomId, member: Member) => void
  readonly carryOut: (effect: SfuEffect) => void
  readonly hear: SfuListener
}

interface Taken {
  readonly seat: Seat
  /** What the SFU does not pass on of it. */
  muted: readonly MediaKind[]
}

const NONE: readonly MediaKind[] = []

export function makeSfuSeats({ sfu, registry, publishes, pause, ended, log }: Deps): SfuSeats {
  const seats = new Map<SessionId, Taken>()
  const speakers = makeSpeakers({
    pause,
    ended,
    tell: ({ session, room }, speaking) => registry.get(session)?.inform(presentSpeaking(room, speaking)),
  })

  return {
    entered(session, room) {
      // Who has lost its connection meanwhile takes its place when it is back.
      if (session.endpoint !== undefined) take(session, room)
    },

    resumed(session, room) {
      if (seats.has(session.id)) {
        speakers.back(session.id)
        return
      }
      // Told first: that there is no SFU at all is news after it.
      hear({ kind: 'ready', seat: seatOf(session, room) })
      take(session, room)
    },

    changed(room, { user, session, voice, audioMuted }) {
      const { muted = NONE } = voice ?? {}
      if (voice?.stream === undefined || audioMuted || muted.includes('audio')) speakers.silent(room, user.id)
      const taken = seats.get(session)
      if (taken !== undefined && taken.muted.join() !== muted.join()) mute(taken, muted)
    },

    left,

    memberLeft(room, { user, session }) {
      left(session)
      speakers.silent(room, user.id)
    },

    carryOut(effect) {
      const seat = seats.get(effect.seat.session)?.seat
      if (seat === undefined) return
      if (effect.kind === 'sfu-signal') sfu.signal(seat, effect.signal)
      else if (effect.kind === 'sfu-layers') sfu.layers(seat, effect.layers)
      else sfu.renew(seat)
    },

    hear,
  }

  function take(session: Session, room: Room): void {
    const { life, maxMembers } = room
    const seat = seatOf(session, room)
    const taken: Taken = { seat, muted: NONE }
    seats.set(session.id, taken)
    sfu.enter(seat, { life, maxMembers })
    const { muted = NONE } = memberOf(room, session.user.id)?.voice ?? {}
    if (muted.length > 0) mute(taken, muted)
  }

  function mute(taken: Taken, kinds: readonly MediaKind[]): void {
    taken.muted = kinds
    sfu.mute(taken.seat, kinds)
  }

  function left(session: SessionId): void {
    const seat = seats.get(session)?.seat
    seats.delete(session)
    speakers.left(session)
    if (seat !== undefined) sfu.leave(seat)
  }

  // Later: it may come in the midst of a commit, which what it sends is no part of.
  function hear(news: SfuNews): void {
    queueMicrotask(() => {
      try {
        carry(news)
      } catch (error) {
        const { room } = news.seat
        log.error({ err: error, room }, 'what the media server has for a member could not be sent')
      }
    })
  }

  function carry(news: SfuNews): void {
    const { seat } = news
    if (seats.get(seat.session)?.seat.room !== seat.room) return
    switch (news.kind) {
      case 'publishing':
        publishes(seat, news.connection)
        break
      case 'speaking':
        speakers.heard(seat, news.user, news.on)
        break
      case 'lost':
      case 'ready':
        // After a restart others may still be told of a connection that is none any more.
        publishes(seat, undefined)
        tell(news)
        break
      case 'offer':
      case 'answer':
      case 'candidate':
      case 'refused':
        tell(news)
        break
      default:
        news satisfies never
    }
  }

  function tell(news: Parameters<typeof presentSfu>[0]): void {
    const session = registry.get(news.seat.session)
    for (const message of presentSfu(news)) session?.send(message)
  }
}

function seatOf({ id: session, user }: Session, { id: room }: Room): Seat {
  return { room, user: user.id, session }
}
