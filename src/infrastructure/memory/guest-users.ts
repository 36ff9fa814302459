import type { Guests } from '../../application/ports/guests.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import type { UserId } from '../../domain/ids.ts'
import { err, ok } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import { readingKey } from '../names/reading-key.ts'

interface Options {
  readonly lookalikes: 'refuse' | 'allow'
  readonly maxGuests: number
  /** How long a guest may take to open its session. */
  readonly openWithinMs: number
  readonly clock: Clock
}

interface Guest {
  readonly account: Account
  /** Until when a session must have been opened; undefined once one is. */
  readonly expectedBy: number | undefined
}

interface GuestUsers {
  /** The accounts, and the guests among them. */
  readonly users: UserStore
  readonly guests: Guests
}

/** Guests beside the accounts of a store: found like those, and in no list of all. */
export function createGuestUsers(accounts: UserStore, options: Options): GuestUsers {
  const { lookalikes, maxGuests, openWithinMs, clock } = options
  const byId = new Map<UserId, Guest>()
  const byName = new Map<string, UserId>()
  /** Names that are being registered just now, by how they read. */
  const wanted = new Map<string, number>()
  const keyOf = (username: string) => (lookalikes === 'refuse' ? readingKey(username) : username)

  const users: UserStore = {
    ...accounts,

    findById: async (id) => byId.get(id)?.account ?? (await accounts.findById(id)),

    async findByName(username) {
      const guest = holderOf(username)
      return guest?.username === username ? guest : accounts.findByName(username)
    },

    async lookUp(username) {
      const guest = holderOf(username)
      return guest?.username === username ? ok(guest) : accounts.lookUp(username)
    },

    async lookUpId(id) {
      const guest = byId.get(id)?.account
      return guest === undefined ? accounts.lookUpId(id) : ok(guest)
    },

    async insertIfAbsent(account) {
      const taken = takenByGuest(account.username)
      if (taken !== undefined) return err(taken)
      const key = keyOf(account.username)
      wanted.set(key, (wanted.get(key) ?? 0) + 1)
      try {
        return await accounts.insertIfAbsent(account)
      } finally {
        const left = (wanted.get(key) ?? 1) - 1
        if (left > 0) wanted.set(key, left)
        else wanted.delete(key)
      }
    },

    async rename(id, username) {
      const taken = takenByGuest(username)
      return taken === undefined ? accounts.rename(id, username) : err(taken)
    },
  }

  const guests: Guests = {
    async enter(account) {
      const { username } = account
      const taken = (await accounts.nameTaken(username)) ?? takenByGuest(username)
      if (taken !== undefined) return err(taken)
      if (wanted.has(keyOf(username))) return err('username_taken')
      if (byId.size >= maxGuests) return err('too_many_guests')
      byId.set(account.id, { account, expectedBy: clock.monotonicMs() + openWithinMs })
      byName.set(keyOf(username), account.id)
      return ok(account)
    },

    isGuest: (id) => byId.has(id),

    arrived(id) {
      const guest = byId.get(id)
      if (guest !== undefined) byId.set(id, { account: guest.account, expectedBy: undefined })
    },

    left,

    tick(now) {
      for (const [id, { expectedBy }] of byId) if (expectedBy !== undefined && now >= expectedBy) left(id)
    },
  }

  return { users, guests }

  function left(id: UserId): void {
    const guest = byId.get(id)
    if (guest === undefined) return
    byId.delete(id)
    byName.delete(keyOf(guest.account.username))
  }

  function takenByGuest(username: string): 'username_taken' | 'username_taken_lookalike' | undefined {
    const holder = holderOf(username)
    if (holder === undefined) return undefined
    return holder.username === username ? 'username_taken' : 'username_taken_lookalike'
  }

  /** The guest whose name reads like this one. */
  function holderOf(username: string): Account | undefined {
    const id = byName.get(keyOf(username))
    return id === undefined ? undefined : byId.get(id)?.account
  }
}
