import { readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { samplesOf } from '../../support/metrics.ts'
import { ctl } from '../../support/programs/control.ts'
import { runProgram } from '../../support/programs/run-program.ts'
import { spawnDaemon, untilLogged } from '../../support/programs/spawned-daemon.ts'
import { logIn } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const { afterwards, connect } = visits()
const line = z.looseObject({ time: z.iso.datetime(), event: z.string(), reason: z.string() })

/** The lines so far, without their times. */
async function linesOf(path: string) {
  const text = await readFile(path, 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((one) => {
      const parsed = line.parse(JSON.parse(one))
      return Object.fromEntries(Object.entries(parsed).filter(([name]) => name !== 'time'))
    })
}

async function start(level: string) {
  const logging = { security_log_file_path: 'security.log', log_level: level }
  const config = { logging, security: { bcrypt_cost: 4 } }
  const daemon = await spawnDaemon({ config })
  afterwards(() => rm(daemon.cwd, { recursive: true, force: true }))
  afterwards(() => daemon.stop('SIGKILL'))
  return { daemon, config, path: join(daemon.cwd, 'security.log') }
}

test('SEC-1 SEC-7 SEC-11 whatever an administrator does is written, whatever the log level, and no name', async () => {
  const { daemon, config, path } = await start('info')
  await ctl(daemon, ['log', 'level', 'fatal'])
  const alice = await connect(daemon)
  const userId = await logIn(alice, 'alice')
  const does = (...args: string[]) => ctl(daemon, args, 'a secret\n')
  const add = await does('users', 'add', 'bob', '--json')
  const { user_id: bob } = z.object({ user_id: z.string() }).parse(JSON.parse(add.out))
  await does('sessions', 'end', '--user', 'alice')
  await does('users', 'passwd', 'bob')
  await does('users', 'disable', 'bob')
  await does('users', 'remove', 'nobody')
  await does('bans', 'add', '192.0.2.99')
  await does('bans', 'lift', '192.0.2.99')
  await does('users', 'list')
  const stranger = await connect(daemon)
  stranger.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'a wrong secret' })
  await stranger.next(T.LOGIN_RESPONSE)

  const event = { event: 'administration', reason: 'done', by: 'control socket' }
  expect(await linesOf(path)).toEqual([
    { ...event, action: 'log level' },
    { ...event, action: 'users add', user_id: bob },
    { ...event, action: 'sessions end', user_id: userId },
    { ...event, action: 'users passwd', user_id: bob },
    { ...event, action: 'users disable', user_id: bob },
    { ...event, action: 'users remove', reason: 'user_not_found' },
    { ...event, action: 'bans add', address: '192.0.2.99' },
    { ...event, action: 'bans lift', address: '192.0.2.99' },
    { event: 'login_refused', reason: 'invalid_credentials', address: '127.0.0.1', user_id: userId },
  ])
  expect(await readFile(path, 'utf8')).not.toMatch(/alice|"bob|nobody|secret/)
  expect((await stat(path)).mode & 0o777).toBe(0o600)

  // Without a daemon the accounts are administered through their file.
  await daemon.stop()
  const env = { CONFIG: JSON.stringify(config) }
  const alone = await runProgram(['ctl', 'users', 'enable', 'bob'], { cwd: daemon.cwd, env })
  expect(alone).toMatchObject({ code: 0 })
  const lines = await linesOf(path)
  expect(lines.at(-1)).toEqual({ ...event, action: 'users enable', user_id: bob, by: 'command line' })
})

test('SEC-9 LIFE-5 SIGHUP goes on in a new file after the old one was renamed', async () => {
  const { daemon, path } = await start('info')
  await ctl(daemon, ['bans', 'add', '192.0.2.1'])
  await rename(path, `${path}.1`)
  daemon.child.kill('SIGHUP')
  await untilLogged(daemon, 'reloaded')
  await ctl(daemon, ['bans', 'add', '192.0.2.2'])
  expect(await linesOf(`${path}.1`)).toMatchObject([{ address: '192.0.2.1' }])
  expect(await linesOf(path)).toMatchObject([{ address: '192.0.2.2' }])
})

test('METRIC-1 METRIC-5 ctl metrics prints what an HTTP server would serve', async () => {
  const { daemon } = await start('info')
  await ctl(daemon, ['bans', 'add', '192.0.2.1'])
  const { code, out } = await ctl(daemon, ['metrics'])
  expect(code).toBe(0)
  const samples = samplesOf(out)
  expect(samples.get('banned_addresses')).toBe(1)
  expect(samples.get('bans_total{by="administrator"}')).toBe(1)
  expect(samples.get('security_events_total{event="administration"}')).toBe(1)
  const answer = await ctl(daemon, ['metrics', '--json'])
  const { content_type, text } = z
    .object({ content_type: z.string(), text: z.string() })
    .parse(JSON.parse(answer.out))
  expect(content_type).toContain('text/plain')
  expect(samplesOf(text).size).toBe(samples.size)
})
