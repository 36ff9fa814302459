import { join } from 'node:path'
import { z } from 'zod'
import type { Invite, Invites, Reservation } from '../../application/ports/invites.ts'
import { hashOfCode, idOfHash, makeCode, MAX_INVITES } from './invite-code.ts'
import { KeptValues } from './kept-values.ts'
import { memoryValues } from './memory-values.ts'

const record = z.object({
  note: z.string(),
  createdAt: z.number(),
  expiresAt: z.number().optional(),
  uses: z.int().min(1),
  used: z.int().min(0),
})
type Record = z.output<typeof record>

/** What it needs of `KeptValues`. */
type Kept = Pick<KeptValues<Record>, 'size' | 'get' | 'set' | 'entries' | 'close'>

export const invitesPath = (directory: string): string => join(directory, 'users.invites')

/** In a file beside the accounts. */
export async function openInvites(path: string): Promise<Invites> {
  return createInvites(await KeptValues.open({ path, parse: (value) => record.parse(value) }))
}

/** Last as long as the process, for `enable_persistence: false`. */
export function createMemoryInvites(): Invites {
  return createInvites(memoryValues())
}

function createInvites(kept: Kept): Invites {
  /** Uses that are spoken for and not counted yet, by the hash of the code. */
  const reserved = new Map<string, number>()
  /** Changes, one after another: each sees what the one before has written, so that no count undoes a revocation. */
  let last: Promise<unknown> = Promise.resolve()

  return {
    create: ({ uses, expiresAt, note, now }) =>
      inTurn(async () => {
        for (const [hash, invite] of [...kept.entries()]) {
          if (kept.size < MAX_INVITES) break
          if (!isGood(hash, invite, now)) await kept.set(hash, undefined)
        }
        if (kept.size >= MAX_INVITES) return 'too_many_invites'
        const { code, hash } = makeCode()
        const invite = { note, createdAt: now, expiresAt, uses, used: 0 }
        if (!(await kept.set(hash, invite))) return 'storage_unavailable'
        return { code, invite: view(hash, invite) }
      }),

    list: () => Promise.resolve([...kept.entries()].map(([hash, invite]) => view(hash, invite))),

    revoke: (id) =>
      inTurn(async () => {
        const hash = [...kept.entries()].map(([key]) => key).find((key) => idOfHash(key) === id)
        if (hash === undefined) return 'invite_not_found'
        return (await kept.set(hash, undefined)) ? 'done' : 'storage_unavailable'
      }),

    reserve(code, now) {
      const hash = hashOfCode(code)
      const invite = kept.get(hash)
      if (invite === undefined || !isGood(hash, invite, now)) return Promise.resolve('invalid_invite')
      hold(hash, 1)
      return Promise.resolve(reservation(hash))
    },

    close: () => kept.close(),
  }

  function reservation(hash: string): Reservation {
    let state: 'held' | 'counted' | 'over' = 'held'
    return {
      async commit() {
        const saved = await count(hash, 1)
        hold(hash, -1)
        state = saved === 'done' ? 'counted' : 'over'
        return saved
      },
      async giveBack() {
        if (state === 'held') hold(hash, -1)
        if (state === 'counted') await count(hash, -1)
        state = 'over'
      },
    }
  }

  function count(hash: string, by: number): ReturnType<Reservation['commit']> {
    return inTurn(async () => {
      const invite = kept.get(hash)
      // It was revoked meanwhile: it lets nobody in any more.
      if (invite === undefined) return 'invalid_invite'
      const saved = await kept.set(hash, { ...invite, used: invite.used + by })
      return saved ? 'done' : 'storage_unavailable'
    })
  }

  function inTurn<Value>(change: () => Promise<Value>): Promise<Value> {
    const done = last.then(change)
    last = done.catch(() => undefined)
    return done
  }

  function isGood(hash: string, { uses, used, expiresAt }: Record, now: number): boolean {
    return used + (reserved.get(hash) ?? 0) < uses && (expiresAt === undefined || now < expiresAt)
  }

  function hold(hash: string, by: number): void {
    const held = (reserved.get(hash) ?? 0) + by
    if (held === 0) reserved.delete(hash)
    else reserved.set(hash, held)
  }
}

function view(hash: string, { note, createdAt, expiresAt, uses, used }: Record): Invite {
  return { id: idOfHash(hash), note, createdAt, expiresAt, uses, used }
}
