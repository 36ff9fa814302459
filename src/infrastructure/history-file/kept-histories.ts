import type { HistoryQuery, KeptCall, SeenCalls } from '../../application/ports/call-history.ts'
import { type CallRecord, outcomeFor } from '../../domain/call-record.ts'
import type { PartyRole } from '../../domain/call.ts'
import type { CallId, UserId } from '../../domain/ids.ts'

export interface HistoryLimits {
  /** Of one user. */
  readonly maxEntries: number
  /** Of all together. */
  readonly maxCalls: number
}

/** A call with the histories that it is in: whether the party has seen it, undefined where it is not in its history. */
export interface Remembered {
  readonly record: CallRecord
  readonly seen: { readonly [Role in PartyRole]?: boolean | undefined }
}

interface Entry {
  readonly record: CallRecord
  readonly seen: { [Role in PartyRole]?: boolean | undefined }
}

/** The histories of all users, in memory. */
export class KeptHistories {
  readonly #limits: HistoryLimits
  /** In the order in which they ended. */
  readonly #calls = new Map<CallId, Entry>()
  /** By their beginning. */
  readonly #users = new Map<UserId, Entry[]>()

  /** Is told what has gone from whose history for want of room. */
  dropped: (call: CallId, role: PartyRole) => void = () => undefined

  constructor(limits: HistoryLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#calls.size
  }

  get users(): Iterable<UserId> {
    return this.#users.keys()
  }

  /** To be walked while it may change. */
  all(): Iterable<Remembered> {
    return this.#calls.values()
  }

  find(id: CallId): Remembered | undefined {
    return this.#calls.get(id)
  }

  /** In the place of an earlier one of the same call. */
  put({ record, seen }: Remembered): void {
    const earlier = this.#calls.get(record.id)
    if (earlier !== undefined) for (const role of rolesOf(earlier)) this.#takeOut(earlier, role)
    const entry: Entry = { record, seen: { ...seen } }
    this.#calls.set(record.id, entry)
    for (const role of rolesOf(entry)) this.#insert(entry, record[role].id)
    this.#letGoOfUnused(entry)
    if (this.#calls.size > this.#limits.maxCalls) this.#removeOldest()
  }

  page(
    user: UserId,
    { missed, after, limit }: HistoryQuery,
  ): { readonly calls: readonly KeptCall[]; readonly more: boolean } {
    const calls: KeptCall[] = []
    for (const entry of (this.#users.get(user) ?? []).toReversed()) {
      const role = roleOf(entry, user)
      if (after !== undefined && compare(entry.record, after) >= 0) continue
      if (missed && outcomeFor(role, entry.record) !== 'missed') continue
      if (calls.length === limit) return { calls, more: true }
      calls.push({ record: entry.record, role, seen: entry.seen[role] === true })
    }
    return { calls, more: false }
  }

  unseen(user: UserId): number {
    let count = 0
    for (const entry of this.#users.get(user) ?? []) if (entry.seen[roleOf(entry, user)] === false) count += 1
    return count
  }

  /** Gives what has changed. */
  markSeen(user: UserId, which: SeenCalls): readonly Remembered[] {
    const changed: Entry[] = []
    for (const entry of this.#users.get(user) ?? []) {
      const role = roleOf(entry, user)
      const { id, startedAt } = entry.record
      if (entry.seen[role] !== false || ('call' in which ? id !== which.call : startedAt > which.upTo))
        continue
      entry.seen[role] = true
      changed.push(entry)
    }
    return changed
  }

  /** Says whether there was anything to forget. */
  forget(user: UserId): boolean {
    const entries = this.#users.get(user) ?? []
    this.#users.delete(user)
    for (const entry of entries) {
      entry.seen[roleOf(entry, user)] = undefined
      this.#letGoOfUnused(entry)
    }
    return entries.length > 0
  }

  /** Lets go of what began before the instant; says how much that was. */
  expire(before: number): number {
    let count = 0
    for (const [id, { record }] of this.#calls) {
      if (record.startedAt >= before) continue
      for (const role of this.#rolesIn(id)) this.#remove(id, role)
      count += 1
    }
    return count
  }

  /** Somebody else has removed it. */
  remove(id: CallId): void {
    for (const role of this.#rolesIn(id)) this.#remove(id, role)
  }

  #rolesIn(id: CallId): readonly PartyRole[] {
    const entry = this.#calls.get(id)
    return entry === undefined ? [] : rolesOf(entry)
  }

  #insert(entry: Entry, user: UserId): void {
    const entries = this.#users.get(user) ?? []
    this.#users.set(user, entries)
    let at = entries.length
    while (at > 0 && compare(entries[at - 1]?.record, entry.record) > 0) at -= 1
    entries.splice(at, 0, entry)
    if (entries.length > this.#limits.maxEntries) this.#removeOne(user, entries)
  }

  /** The oldest of the peer of whom most is kept: one who calls again and again takes no place of the others. */
  #removeOne(user: UserId, entries: readonly Entry[]): void {
    const counts = new Map<UserId, number>()
    let most: UserId | undefined
    for (const entry of entries) {
      const peer = peerOf(entry, user)
      const count = (counts.get(peer) ?? 0) + 1
      counts.set(peer, count)
      if (count > (most === undefined ? 0 : (counts.get(most) ?? 0))) most = peer
    }
    const oldest = entries.find((entry) => peerOf(entry, user) === most)
    if (oldest !== undefined) this.#drop(oldest.record.id, roleOf(oldest, user))
  }

  #removeOldest(): void {
    const [id] = this.#calls.keys()
    if (id !== undefined) for (const role of this.#rolesIn(id)) this.#drop(id, role)
  }

  #drop(id: CallId, role: PartyRole): void {
    this.#remove(id, role)
    this.dropped(id, role)
  }

  #remove(id: CallId, role: PartyRole): void {
    const entry = this.#calls.get(id)
    if (entry === undefined) return
    this.#takeOut(entry, role)
    this.#letGoOfUnused(entry)
  }

  #takeOut(entry: Entry, role: PartyRole): void {
    const user = entry.record[role].id
    const entries = this.#users.get(user)
    const at = entries?.indexOf(entry) ?? -1
    if (at >= 0) entries?.splice(at, 1)
    if (entries?.length === 0) this.#users.delete(user)
    entry.seen[role] = undefined
  }

  #letGoOfUnused(entry: Entry): void {
    const { id } = entry.record
    if (rolesOf(entry).length === 0 && this.#calls.get(id) === entry) this.#calls.delete(id)
  }
}

function rolesOf({ seen }: Remembered): readonly PartyRole[] {
  return (['caller', 'callee'] as const).filter((role) => seen[role] !== undefined)
}

function roleOf({ record }: Entry, user: UserId): PartyRole {
  return record.caller.id === user ? 'caller' : 'callee'
}

function peerOf({ record }: Entry, user: UserId): UserId {
  return record.caller.id === user ? record.callee.id : record.caller.id
}

type Position = { readonly startedAt: number } & ({ readonly id: CallId } | { readonly call: CallId })

/** Below 0 where the first began before the second. */
function compare(one: CallRecord | undefined, other: Position): number {
  if (one === undefined) return -1
  const id = 'id' in other ? other.id : other.call
  return one.startedAt - other.startedAt || (one.id < id ? -1 : one.id > id ? 1 : 0)
}
