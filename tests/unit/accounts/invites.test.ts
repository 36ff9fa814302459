import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Invites } from '../../../src/application/ports/invites.ts'
import { openInvites } from '../../../src/infrastructure/kept-values/kept-invites.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { T } from '../../support/wire/wire.ts'

async function codeOf(
  { ports, time }: { ports: { invites: Invites }; time?: number },
  uses = 1,
  ms?: number,
) {
  const now = time ?? 1_700_000_000_000
  const expiresAt = ms === undefined ? undefined : now + ms
  const made = await ports.invites.create({ uses, expiresAt, note: '', now })
  if (typeof made === 'string') throw new Error(made)
  return made
}

async function register(house: House, username: string, more: object = {}): Promise<unknown> {
  const client: HouseClient = house.connect()
  await client.send(T.REGISTER_REQUEST, { username, password_hash: 'pw', ...more })
  const [answer] = client.take(T.REGISTER_RESPONSE)
  return answer?.payload['reason'] ?? answer?.payload['success']
}

async function used({ ports }: House) {
  const list = await ports.invites.list()
  return typeof list === 'string' ? list : list.map((invite) => [invite.used, invite.uses])
}

describe('AUTH-15 who may register', () => {
  test('nobody, where registration is closed: a client of v1 is told in a sentence', async () => {
    const client = createHouse({ registration: 'closed' }).connect()
    await client.send(T.REGISTER_REQUEST, { username: 'alice', password_hash: 'pw', invite: 'x' })
    expect(client.seen()).toEqual([
      [
        T.REGISTER_RESPONSE,
        {
          success: false,
          error: 'Nobody can register here; ask whoever runs this server for an account',
          reason: 'registration_closed',
        },
      ],
    ])
  })

  test('who has a good code: once for each use, in whatever way it is typed', async () => {
    const house = createHouse({ registration: 'invite' })
    const { code } = await codeOf(house, 2)
    expect(code).toMatch(/^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/)
    expect(await register(house, 'alice')).toBe('invite_code_required')
    expect(await register(house, 'alice', { invite: 'AAAAA-AAAAA-AAAAA-AAAAA' })).toBe('invalid_invite')
    expect(await register(house, 'alice', { invite: code })).toBe(true)
    expect(await register(house, 'bob', { invite: code.toLowerCase().replaceAll('-', ' ') })).toBe(true)
    expect(await register(house, 'carol', { invite: code })).toBe('invalid_invite')
    expect(await used(house)).toEqual([[2, 2]])
  })

  test('nobody by a code that has expired, or was revoked', async () => {
    const house = createHouse({ registration: 'invite' })
    const { code } = await codeOf(house, 1, 1000)
    await house.pass(1000)
    expect(await register(house, 'alice', { invite: code })).toBe('invalid_invite')
    const { code: second, invite } = await codeOf(house)
    expect(await house.ports.invites.revoke(invite.id)).toBe('done')
    expect(await house.ports.invites.revoke(invite.id)).toBe('invite_not_found')
    expect(await register(house, 'alice', { invite: second })).toBe('invalid_invite')
  })

  test('nobody by a code that is revoked while somebody registers by it, now or after a start', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'roomrtc-invites-'))
    try {
      const path = join(directory, 'users.invites')
      const invites = await openInvites(path)
      const { code, invite } = await codeOf({ ports: { invites } }, 1000)
      const reserve = async () => {
        const reservation = await invites.reserve(code, 1_700_000_000_000)
        if (typeof reservation === 'string') throw new Error(reservation)
        return reservation
      }
      const [first, second] = [await reserve(), await reserve()]
      await first.commit()
      const outcomes = await Promise.all([invites.revoke(invite.id), first.giveBack(), second.commit()])
      expect(outcomes).toEqual(['done', undefined, 'invalid_invite'])
      expect(await invites.list()).toEqual([])
      expect(await invites.reserve(code, 1_700_000_000_000)).toBe('invalid_invite')
      await invites.close()
      expect(await (await openInvites(path)).list()).toEqual([])
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('one of two who come with the last use at the same instant, while passwords are hashed', async () => {
    const house = createHouse({ registration: 'invite' })
    const { code } = await codeOf(house)
    const both = await Promise.all(['alice', 'bob'].map((name) => register(house, name, { invite: code })))
    expect(both.toSorted()).toEqual(['invalid_invite', true])
    expect(await used(house)).toEqual([[1, 1]])
  })

  test('whoever comes next, where a registration has failed: nothing is used up', async () => {
    const house = createHouse({ registration: 'invite' })
    await house.logIn('alice').catch(() => undefined)
    const { code } = await codeOf(house, 2)
    expect(await register(house, 'alice', { invite: code })).toBe(true)
    expect(await register(house, 'alice', { invite: code })).toBe('username_taken')
    expect(await register(house, '', { invite: code })).toBe('invalid_username')
    expect(
      await Promise.all(['bob', 'bob'].map((name) => register(house, name, { invite: code }))),
    ).toContain(true)
    expect(await used(house)).toEqual([[2, 2]])
  })

  test('who cannot be counted is no account, and may try again', async () => {
    const house = createHouse({ registration: 'invite' })
    const { code } = await codeOf(house)
    const { reserve } = house.ports.invites
    let fails = true
    Object.assign(house.ports.invites, {
      async reserve(given: string, now: number) {
        const held = await reserve(given, now)
        const failed = () => Promise.resolve('storage_unavailable')
        return typeof held === 'string' || !fails ? held : { ...held, commit: failed }
      },
    })
    const client = house.connect()
    await client.send(T.REGISTER_REQUEST, { username: 'alice', password_hash: 'pw', invite: code })
    expect(client.take(T.ERROR)).toMatchObject([{ payload: { code: 503, reason: 'storage_unavailable' } }])
    expect(await house.ports.users.findByName('alice')).toBeUndefined()
    fails = false
    expect(await register(house, 'alice', { invite: code })).toBe(true)
  })

  test('HELLO-1 is told in WELCOME where not anybody may', async () => {
    const info = { name: '', icon_url: '', registration: 'invite' as const }
    const client = createHouse({ info }).connect()
    await client.hello([])
    expect(client.take(T.WELCOME)[0]?.payload['server_info']).toEqual(info)
  })
})
