import type { JournalEntry, SessionJournal } from '../../../src/application/ports/session-journal.ts'
import { decodeEntries, EntryBuffer } from '../../../src/infrastructure/journal/entry-codec.ts'

/** A journal in memory, by way of the file's format, which has all as soon as it happens. */
export function createHouseJournal(wallMs: () => number): {
  readonly journal: SessionJournal
  /** What would be read after the end of the process, as it is now. */
  readonly entries: () => readonly JournalEntry[]
} {
  let written = new EntryBuffer(0, 1024)
  const journal: SessionJournal = {
    changed: (change) => {
      written.changed(change)
    },
    owed: (session, frame, sent) => {
      written.owed(session, frame, sent)
    },
    received: (session, count) => {
      written.received(session, count)
    },
    isHolding: false,
    release: () => undefined,
    alive: () => {
      written.alive(wallMs())
    },
    read: () => Promise.resolve(undefined),
    begin: () => Promise.resolve(),
    close: (dump) => {
      written = new EntryBuffer(0, 1024)
      written.alive(wallMs())
      const pieces = dump(written)[Symbol.iterator]()
      while (pieces.next().done !== true) continue
      return Promise.resolve()
    },
  }
  return {
    journal,
    entries: () =>
      [...decodeEntries(Buffer.from(written.bytes))].flatMap((entry) =>
        typeof entry === 'symbol' ? [] : entry,
      ),
  }
}
