import type { Owed } from '../../../application/ports/session-journal.ts'
import { readWritten } from '../copy/written.ts'

/**
 * A message that a session is owed, as nodes pass it on: an array, because each signal is one. `answers`: it answers what
 * its own client asked.
 */
export function writeEntry({ code, text, requestId, about, from, event }: Owed, answers = false): string {
  const rest = [requestId ?? null, about ?? null, from ?? null, event ?? null]
  return JSON.stringify([code, text, ...rest, ...(answers ? [1] : [])])
}

type Written = readonly [number, string, string | null, string | null, string | null, string | null, 1?]

/** Whether it was written as an answer. */
export function isAnswer(entry: string): boolean {
  return entry.endsWith(',1]')
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
