import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ctl } from '../../support/programs/control.ts'
import { spawnDaemon } from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const { afterwards, connect } = visits()

test('ADMIN-33 AUTH-15 STORE-34 people register by codes that are made, listed and revoked, and guessing is slowed', async () => {
  const daemon = await spawnDaemon({
    config: {
      security: { bcrypt_cost: 4, registration: 'invite' },
      rate_limits: { failed_logins: 3, failed_logins_per_address: 3 },
    },
  })
  afterwards(() => rm(daemon.cwd, { recursive: true, force: true }))
  afterwards(() => daemon.stop('SIGKILL'))
  const client = await connect(daemon)
  const register = async (username: string, invite: string) => {
    client.send(T.REGISTER_REQUEST, { username, password_hash: 'pw', invite })
    const [answer] = await client.drain()
    return answer?.payload['reason'] ?? answer?.payload['success']
  }
  const made = await ctl(daemon, [
    'invites',
    'create',
    '--uses',
    '2',
    '--expires',
    '7d',
    '--note',
    'the choir',
  ])
  expect(made).toMatchObject({ code: 0, err: '' })
  const code = made.out.trim()
  expect(await register('alice', code)).toBe(true)
  const listed = await ctl(daemon, ['invites', 'list'])
  expect(listed.out).toMatch(/^ID +USED +CREATED +EXPIRES +NOTE\n[0-9a-f]{12} +1 of 2 .*the choir\n$/)
  expect(listed.out).not.toContain(code)
  const file = join(daemon.cwd, 'users.invites')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await readFile(file, 'utf8')).replaceAll('-', '')).not.toContain(code.replaceAll('-', ''))

  const [id = ''] = /[0-9a-f]{12}/.exec(listed.out) ?? []
  expect(await ctl(daemon, ['invites', 'revoke', id])).toMatchObject({ code: 0, out: `revoked ${id}\n` })
  expect(await ctl(daemon, ['invites', 'revoke', id])).toMatchObject({ code: 1 })
  expect(await ctl(daemon, ['invites', 'create', '--expires', 'soon'])).toMatchObject({ code: 2 })
  const answers: unknown[] = []
  while (answers.length < 10 && answers.at(-1) !== 'too_many_attempts')
    answers.push(await register('bob', code))
  expect(new Set(answers)).toEqual(new Set(['invalid_invite', 'too_many_attempts']))
})
