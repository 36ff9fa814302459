import { describe, expect, test } from 'vitest'
import type { Invites } from '../../../src/application/ports/invites.ts'

const NOW = 1_700_000_000_000

/** What every store of invite codes must do. `open` gives an empty one. */
export function invitesContract(kind: string, open: () => Promise<Invites>): void {
  const make = async (invites: Invites, more: { uses?: number; expiresAt?: number } = {}) => {
    const made = await invites.create({ uses: 1, expiresAt: undefined, note: 'a note', now: NOW, ...more })
    if (typeof made === 'string') throw new Error(made)
    return made
  }
  const reserve = async (invites: Invites, code: string, now = NOW) => {
    const held = await invites.reserve(code, now)
    if (typeof held === 'string') throw new Error(held)
    return held
  }

  describe(kind, () => {
    test('AUTH-15 a code is good for so many uses, however it is typed, and a use that came to nothing is given back', async () => {
      const invites = await open()
      const { code, invite } = await make(invites, { uses: 2 })
      expect(await invites.list()).toEqual([invite])
      expect(invite).toEqual({
        ...{ id: invite.id, note: 'a note', createdAt: NOW, expiresAt: undefined },
        ...{ uses: 2, used: 0 },
      })
      const first = await reserve(invites, code.toLowerCase().replaceAll('-', ' '))
      expect(await first.commit()).toBe('done')
      await first.giveBack()
      await first.giveBack()
      for (let i = 0; i < 2; i++) expect(await (await reserve(invites, code)).commit()).toBe('done')
      expect(await invites.reserve(code, NOW)).toBe('invalid_invite')
      expect(await invites.list()).toEqual([{ ...invite, used: 2 }])
    })

    test('AUTH-15 of many who count the last use at the same instant one can', async () => {
      const invites = await open()
      const { code } = await make(invites)
      const held = await Promise.all(Array.from({ length: 10 }, () => invites.reserve(code, NOW)))
      const counted = await Promise.all(
        held.map((one) => (typeof one === 'string' ? Promise.resolve(one) : one.commit())),
      )
      expect(counted.filter((outcome) => outcome === 'done')).toHaveLength(1)
      expect(new Set(counted)).toEqual(new Set(['done', 'invalid_invite']))
    })

    test('AUTH-15 a code ends at its time, or when it is revoked, even for who has begun', async () => {
      const invites = await open()
      const [short, long] = [await make(invites, { expiresAt: NOW + 1000 }), await make(invites)]
      expect(await invites.reserve(short.code, NOW + 1000)).toBe('invalid_invite')
      expect(typeof (await invites.reserve(short.code, NOW + 999))).toBe('object')
      const held = await reserve(invites, long.code)
      expect(await invites.revoke(long.invite.id)).toBe('done')
      expect(await invites.revoke(long.invite.id)).toBe('invite_not_found')
      expect(await held.commit()).toBe('invalid_invite')
      expect(await invites.reserve(long.code, NOW)).toBe('invalid_invite')
      for (const id of ['', 'x', '%', short.invite.id.slice(0, 3)])
        expect(await invites.revoke(id)).toBe('invite_not_found')
      expect(await invites.list()).toEqual([short.invite])
    })

    test('ADMIN-33 there may be 1,000 codes; those that are used up or have expired make room', async () => {
      const invites = await open()
      await make(invites, { expiresAt: NOW + 1 })
      for (let i = 1; i < 1000; i++) await make(invites)
      expect(await invites.create({ uses: 1, expiresAt: undefined, note: '', now: NOW })).toBe(
        'too_many_invites',
      )
      expect(await invites.create({ uses: 1, expiresAt: undefined, note: '', now: NOW + 1 })).toMatchObject({
        invite: { used: 0 },
      })
      expect(await invites.list()).toHaveLength(1000)
    })
  })
}
