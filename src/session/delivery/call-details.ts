import type { CallDetail, CallDetailLog, DetailedParty } from '../../application/ports/call-detail-log.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { CallQuality } from '../../domain/call-quality.ts'
import type { CallRecord } from '../../domain/call-record.ts'
import { type ActiveCall, partyOf, type PartyRole } from '../../domain/call.ts'
import type { CallId, UserId } from '../../domain/ids.ts'

/** So long after the end of a call its parties may still tell how good it was. */
const LATE_MS = 5_000

type Transports = Readonly<Record<PartyRole, string | undefined>>

type Qualities = { [Role in PartyRole]?: CallQuality | undefined }

interface Kept {
  readonly call: ActiveCall
  /** When it was accepted. */
  readonly transports: Transports
  readonly quality: Qualities
  /** Once it is over. Another node writes it where there is no detail. */
  ended?: { readonly detail: CallDetail | undefined; readonly at: number }
}

interface Deps {
  readonly clock: Clock
  readonly log: CallDetailLog
  /** Is told the record again where a party has told something after the end. */
  readonly amended: (record: CallRecord) => void
}

/** What the parties of a call tell of it, until its record is written: of calls that are active or have just ended. */
export class CallDetails {
  readonly #deps: Deps
  readonly #calls = new Map<CallId, Kept>()
  /** In the order in which they ended. */
  readonly #ended = new Set<Kept>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  connected(call: ActiveCall, transports: Transports): void {
    this.#calls.set(call.id, { call, transports, quality: {} })
  }

  /** The record, with what is known of its quality. */
  ended(record: CallRecord, parties: Readonly<Record<PartyRole, DetailedParty>>): CallRecord {
    const kept = this.#calls.get(record.id)
    if (kept === undefined) {
      this.#deps.log.write({ record, parties })
      return record
    }
    const whole = withQuality(record, kept.quality)
    kept.ended = {
      detail: { record: whole, parties: known(parties, kept.transports) },
      at: this.#deps.clock.monotonicMs(),
    }
    this.#ended.add(kept)
    return whole
  }

  /** Another node has ended it, and writes it. */
  endedElsewhere(id: CallId): void {
    const kept = this.#calls.get(id)
    if (kept === undefined) return
    kept.ended = { detail: undefined, at: this.#deps.clock.monotonicMs() }
    this.#ended.add(kept)
  }

  isParty(id: CallId, user: UserId): boolean {
    return this.#find(id, user) !== undefined
  }

  /** What a party tells last counts. */
  told(id: CallId, user: UserId, quality: CallQuality): void {
    const found = this.#find(id, user)
    if (found === undefined) return
    const { kept, role } = found
    kept.quality[role] = quality
    if (kept.ended?.detail === undefined) return
    const { detail, at } = kept.ended
    const record = withQuality(detail.record, kept.quality)
    kept.ended = { detail: { ...detail, record }, at }
    this.#deps.amended(record)
  }

  /** Writes what nothing more is to be waited for. `now` in monotonic milliseconds; Infinity at the end. */
  tick(now: number): void {
    for (const kept of this.#ended) {
      if (kept.ended === undefined || kept.ended.at + LATE_MS > now) return
      this.#ended.delete(kept)
      this.#calls.delete(kept.call.id)
      if (kept.ended.detail !== undefined) this.#deps.log.write(kept.ended.detail)
    }
  }

  #find(id: CallId, user: UserId): { readonly kept: Kept; readonly role: PartyRole } | undefined {
    const kept = this.#calls.get(id)
    const role = kept === undefined ? undefined : partyOf(kept.call, user)?.role
    return kept === undefined || role === undefined ? undefined : { kept, role }
  }
}

/** Whoever is gone at the end came by what carried it when the call was accepted. */
function known(parties: CallDetail['parties'], transports: Transports): CallDetail['parties'] {
  const { caller, callee } = parties
  return {
    caller: { ...caller, transport: caller.transport ?? transports.caller },
    callee: { ...callee, transport: callee.transport ?? transports.callee },
  }
}

function withQuality(record: CallRecord, quality: Qualities): CallRecord {
  return quality.caller === undefined && quality.callee === undefined
    ? record
    : { ...record, quality: { ...quality } }
}
