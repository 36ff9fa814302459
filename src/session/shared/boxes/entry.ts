import type { Owed } from '../../../application/ports/session-journal.ts'
import { readWritten } from '../copy/written.ts'

/** It answers what its own client asked; or it is passing news, which has no number and is for a client that is there. */
type Mark = 'answer' | 'passing'

const DIGITS = { answer: 1, passing: 2 } as const satisfies Record<Mark, number>

/** A message that a session is owed, as nodes pass it on: an array, because each signal is one. */
export function writeEntry({ code, text, requestId, about, from, event }: Owed, mark?: Mark): string {
  const rest = [requestId ?? null, about ?? null, from ?? null, event ?? null]
  return JSON.stringify([code, text, ...rest, ...(mark === undefined ? [] : [DIGITS[mark]])])
}

type Written = readonly [number, string, string | null, string | null, string | null, string | null, number?]

export function isMarked(entry: string, mark: Mark): boolean {
  return entry.endsWith(`,${DIGITS[mark]}]`)
}

export function readEntry(entry: string): Owed {
  const [code, text, requestId, about, from, event] = readWritten(entry, isEntry)
  return {
    code,
    text,
    requestId: requestId ?? undefined,
    about: about ?? undefined,
    from: from ?? undefined,
    event: event ?? undefined,
  }
}

function isEntry(value: unknown): value is Written {
  return Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string'
}
