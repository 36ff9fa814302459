import type { Pause } from '../../application/ports/system/pause.ts'
import type { LinkedRoom } from './linked-room.ts'

interface Deps {
  readonly pause: Pause
  /** How long news are gathered; 0 is not at all. */
  readonly windowMs: number
  /** Aborted when the daemon stops. */
  readonly ended: AbortSignal
}

/** In a room of fewer, all news leave at once. */
const MANY = 50

/**
 * When news of a large room leave: the first at once, what comes within the window after it together as that ends. So many
 * who come in the same moment cost each of those who are there one write, and not one for each of them.
 */
export interface NewsWindows {
  /** Whether news of the room are to wait. */
  gathers(room: LinkedRoom): boolean
}

export function makeNewsWindows({ pause, windowMs, ended }: Deps): NewsWindows {
  const open = new Set<LinkedRoom>()

  return {
    gathers(room) {
      if (windowMs === 0 || room.size < MANY) return false
      if (open.has(room)) return true
      open.add(room)
      void close(room)
      return false
    },
  }

  async function close(room: LinkedRoom): Promise<void> {
    await pause(windowMs, ended)
    open.delete(room)
    for (const session of room.sessions) session.sendWaiting()
  }
}
