import type { Committed, Held, Version, Whole } from '../../../application/ports/shared-state.ts'
import type { Tx } from '../../../application/ports/transaction.ts'
import type { LiveCall } from '../../../domain/call.ts'
import type { SessionId } from '../../../domain/ids.ts'
import type { Room } from '../../../domain/room.ts'
import { createOnce, type Once } from '../once.ts'
import { type AgreedSession, type Home, readRecord, type SharedRecord, writeRecord } from './records.ts'

export interface SharedSession {
  readonly record: AgreedSession
  readonly home: Home
}

/**
 * This node's copy of what all share: it decides on the copy, and its commit is a conflict where the copy is behind. So
 * nothing is asked of the store but the commit itself.
 */
export class Replica {
  /** The copy. Nobody else writes to it. */
  readonly stores: Tx
  /** The node that it is the copy of. */
  readonly self: string
  readonly #versions = new Map<string, Version>()
  readonly #sessions = new Map<SessionId, SharedSession>()
  /** Of all that is in the stores. */
  readonly #records = new Map<string, SharedRecord>()
  #nodes: readonly string[] = []
  #nodesChanged = false
  #nextChange: Once | undefined
  /** Sessions that end, because the store has lost something that they are owed. */
  readonly gaps = new Set<SessionId>()

  constructor(stores: Tx, self: string) {
    this.stores = stores
    this.self = self
  }

  get nodes(): readonly string[] {
    return this.#nodes
  }

  set nodes(live: readonly string[]) {
    this.#nodes = live
    this.#nodesChanged = true
  }

  /** Since it was asked last. */
  nodesChanged(): boolean {
    const changed = this.#nodesChanged
    this.#nodesChanged = false
    return changed
  }

  versionOf(key: string): Version {
    return this.#versions.get(key) ?? 0
  }

  homeOf(session: SessionId): Home | undefined {
    return this.#sessions.get(session)?.home
  }

  get sessions(): ReadonlyMap<SessionId, SharedSession> {
    return this.#sessions
  }

  /** All calls and rooms. */
  get links(): readonly (LiveCall | Room)[] {
    return [...this.#records.values()].flatMap((record) =>
      record.kind === 'call' || record.kind === 'room' ? [record.value] : [],
    )
  }

  /** What nobody else can look after is the first node's. */
  get isFirst(): boolean {
    return this.#nodes[0] === this.self
  }

  /** The node that looks after the session: where it is, or the first one if that node is gone. */
  keeperOf(session: SessionId): string | undefined {
    const node = this.homeOf(session)?.node
    const isThere = node !== undefined && (node === this.self || this.#nodes.includes(node))
    return isThere ? node : this.#nodes[0]
  }

  isOurs(session: SessionId): boolean {
    return this.keeperOf(session) === this.self
  }

  /** In the place of all that was there. */
  begin({ versions, records, nodes }: Whole): void {
    for (const key of [...this.#records.keys()]) this.#remove(key)
    this.#versions.clear()
    this.gaps.clear()
    this.#nodes = nodes
    for (const [key, version] of versions) this.#versions.set(key, version)
    const all = [...records].map(([key, text]) => ({ key, record: readRecord(key, text) }))
    // A user's sessions are kept in the order of their logins; what has a deadline, in the order in which that began.
    for (const { key, record } of all.toSorted((a, b) => beginningOf(a.record) - beginningOf(b.record)))
      this.#put(key, asConnected(record))
    for (const { key, record } of all.toSorted((a, b) => detachedSince(a.record) - detachedSince(b.record)))
      this.#put(key, record)
  }

  apply({ version, touches, forgets, writes }: Committed): void {
    for (const key of touches) this.#versions.set(key, version)
    for (const key of forgets) this.#versions.delete(key)
    for (const [key, text] of writes) {
      if (text === undefined) this.#remove(key)
      else this.#put(key, readRecord(key, text))
    }
    this.#nextChange?.happen()
    this.#nextChange = undefined
  }

  /** All of the copy, as it is to be written. */
  held(): Pick<Held, 'versions' | 'records'> {
    return {
      versions: new Map(this.#versions),
      records: new Map([...this.#records].map(([key, record]) => [key, writeRecord(record)])),
    }
  }

  /** Resolves once it has heard of another commit: what was decided on the copy of before may be decided anew. */
  changed(): Promise<void> {
    this.#nextChange ??= createOnce()
    return this.#nextChange.happened
  }

  // The stores are in memory: what is asked of them is done when they return, though they answer with a promise.
  #remove(key: string): void {
    const { sessions, calls, rooms, presence } = this.stores
    const record = this.#records.get(key)
    this.#records.delete(key)
    switch (record?.kind) {
      case 'session':
        this.#sessions.delete(record.id)
        void sessions.remove(record.id)
        break
      case 'call':
        void calls.drop(record.id)
        break
      case 'room':
        void rooms.remove(record.id)
        break
      case 'presence':
        void presence.remove(record.id)
        break
      case undefined:
        break
      default:
        record satisfies never
    }
  }

  #put(key: string, record: SharedRecord): void {
    const { sessions, calls, rooms, presence } = this.stores
    this.#records.set(key, record)
    switch (record.kind) {
      case 'session':
        this.#sessions.set(record.id, { record: record.value, home: record.home })
        void sessions.put(record.value)
        break
      case 'call':
        void calls.put(record.value)
        break
      case 'room':
        void rooms.put(record.value)
        break
      case 'presence':
        void presence.put(record.value)
        break
      default:
        record satisfies never
    }
  }

  /** The node that looks after the call: that of its caller. */
  callKeeperOf(call: LiveCall): string | undefined {
    return this.keeperOf(call.phase === 'ringing' ? call.callerSession : call.sessions.caller)
  }

  isOurCall(call: LiveCall): boolean {
    return this.callKeeperOf(call) === this.self
  }
}

/** When a session was opened, or a call began to ring; of the rest the order does not matter. */
function beginningOf(record: SharedRecord): number {
  if (record.kind === 'session') return record.home.device.since
  return record.kind === 'call' && record.value.phase === 'ringing' ? record.value.since : 0
}

function detachedSince(record: SharedRecord): number {
  return record.kind === 'session' ? (record.value.detachedSince ?? 0) : 0
}

function asConnected(record: SharedRecord): SharedRecord {
  if (record.kind !== 'session') return record
  const { id, user, capabilities } = record.value
  return { ...record, value: { id, user, capabilities } }
}
