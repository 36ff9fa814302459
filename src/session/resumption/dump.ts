import type { Clock } from '../../application/ports/system/clock.ts'
import type { CommitLog, Dump } from '../../application/ports/session-journal.ts'
import { numbered } from '../../protocol/codec/encode-message.ts'
import { encodeFrame } from '../../protocol/framing/frame.ts'
import type { Registry } from '../registry.ts'
import type { Session } from '../session.ts'
import type { KeptCalls } from './kept-calls.ts'
import type { KeptRooms } from './kept-rooms.ts'

interface Deps {
  readonly registry: Registry
  readonly clock: Clock
  readonly calls: KeptCalls
  readonly rooms: KeptRooms
}

/** Writes down every session that may outlive the process, with what it is owed, and the calls and rooms. */
export function makeDump({ registry, clock, calls, rooms }: Deps): Dump {
  return function* (log) {
    for (const id of calls.ids) {
      calls.write(id, log)
      yield
    }
    for (const id of rooms.ids) {
      rooms.write(id, log)
      yield
    }
    for (const session of [...registry.all()]) {
      if (!session.ended) write(session, log)
      yield
    }
  }

  function write({ id, user, device, capabilities, watching, resumption }: Session, log: CommitLog): void {
    if (resumption?.isKept !== true) return
    const { number, outbox, received, tokens, detachedSince: since } = resumption
    const toWall = clock.wallMs() - clock.monotonicMs()
    log.changed({
      kind: 'session',
      session: number,
      id,
      user,
      device,
      capabilities: [...capabilities],
      tokens,
      received,
      nextSeq: outbox.firstSeq,
      detachedSince: since === undefined ? undefined : since + toWall,
      watching,
    })
    const { messages, sentCount } = outbox
    for (const [index, owed] of messages.entries())
      log.owed(number, encodeFrame(owed.code, numbered(owed, owed.seq)), index < sentCount)
  }
}
