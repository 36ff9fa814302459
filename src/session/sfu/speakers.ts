import type { Seat } from '../../application/ports/sfu.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { RoomId, SessionId, UserId } from '../../domain/ids.ts'

interface Deps {
  readonly pause: Pause
  /** Aborted when the daemon stops. */
  readonly ended: AbortSignal
  readonly tell: (seat: Seat, speaking: readonly UserId[]) => void
}

/** So long further changes are gathered after one that was told, in milliseconds. */
const WINDOW_MS = 250

interface Listener {
  readonly seat: Seat
  readonly speaking: Set<UserId>
  /** Something was told a moment ago. */
  isWaiting: boolean
  /** Something has changed since. */
  isStale: boolean
}

/** Who speaks, as each seat hears it: told at most four times a second (SFU-13). */
export interface Speakers {
  heard(seat: Seat, user: UserId, on: boolean): void
  /** The user cannot be heard any more, and the SFU does not always say so. */
  silent(room: RoomId, user: UserId): void
  /** Its client has missed what was told meanwhile. */
  back(session: SessionId): void
  left(session: SessionId): void
}

export function makeSpeakers({ pause, ended, tell }: Deps): Speakers {
  const listeners = new Map<SessionId, Listener>()

  return {
    heard(seat, user, on) {
      const listener = listeners.get(seat.session) ?? begin(seat)
      if (on === listener.speaking.has(user)) return
      if (on) listener.speaking.add(user)
      else listener.speaking.delete(user)
      changed(listener)
    },

    silent(room, user) {
      for (const listener of listeners.values())
        if (listener.seat.room === room && listener.speaking.delete(user)) changed(listener)
    },

    back(session) {
      const listener = listeners.get(session)
      if (listener !== undefined) changed(listener)
    },

    left(session) {
      listeners.delete(session)
    },
  }

  function begin(seat: Seat): Listener {
    const listener = { seat, speaking: new Set<UserId>(), isWaiting: false, isStale: false }
    listeners.set(seat.session, listener)
    return listener
  }

  function changed(listener: Listener): void {
    if (listener.isWaiting) {
      listener.isStale = true
      return
    }
    tell(listener.seat, [...listener.speaking])
    listener.isWaiting = true
    void open(listener)
  }

  async function open(listener: Listener): Promise<void> {
    await pause(WINDOW_MS, ended)
    listener.isWaiting = false
    if (!listener.isStale || ended.aborted || listeners.get(listener.seat.session) !== listener) return
    listener.isStale = false
    changed(listener)
  }
}
