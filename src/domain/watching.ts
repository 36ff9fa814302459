import type { RoomId, UserId } from './ids.ts'

/** Of whom a session is told that they come, go and are busy, and of which rooms how many are in them. */
export interface Watching {
  /** In the order in which its client named them, each once. */
  readonly users: 'everybody' | readonly UserId[]
  /** The same. */
  readonly rooms: readonly RoomId[]
}
