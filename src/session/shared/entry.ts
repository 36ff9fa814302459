import type { Owed } from '../../application/ports/session-journal.ts'

/** A message that a session is owed, as nodes pass it on: an array, because each signal is one. */
export function writeEntry({ code, text, requestId, about, from, event }: Owed): string {
  return JSON.stringify([code, text, requestId ?? null, about ?? null, from ?? null, event ?? null])
}

type Written = readonly [number, string, string | null, string | null, string | null, string | null]

export function readEntry(entry: string): Owed {
  // Only nodes write them.
  const [code, text, requestId, about, from, event] = JSON.parse(entry) as Written
  return {
    code,
    text,
    requestId: requestId ?? undefined,
    about: about ?? undefined,
    from: from ?? undefined,
    event: event ?? undefined,
  }
}
