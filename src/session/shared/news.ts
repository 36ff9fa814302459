import type { Effect } from '../../application/effect.ts'
import { has, readWritten } from './copy/written.ts'

/** What other nodes carry out of a commit, and when it was decided, in the milliseconds that all nodes share. */
export interface News {
  readonly at: number
  readonly effects: readonly Effect[]
}

export function writeNews({ at, effects }: News): string {
  return JSON.stringify({ at, effects: effects.filter(isNews) })
}

export function readNews(text: string): News {
  return readWritten(text, isWritten)
}

function isWritten(value: unknown): value is News {
  return has(value, 'at', 'effects')
}

/** What other nodes carry out too. What answers somebody, and what is taken down once, is this node's alone. */
function isNews({ kind }: Effect): boolean {
  return (
    kind === 'presence' ||
    kind.startsWith('session-') ||
    kind.startsWith('room-') ||
    kind.startsWith('tell-') ||
    kind.startsWith('message-') ||
    (kind.startsWith('call-') && kind !== 'call-refused' && kind !== 'call-quality')
  )
}
