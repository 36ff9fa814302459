import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { connect as connectTcp } from 'node:net'
import { once } from 'node:events'
import { createSecurityLog } from '../../src/infrastructure/log/security-log.ts'
import { systemClock } from '../../src/infrastructure/system/system-clock.ts'
import { silentLog } from '../support/house/house.ts'
import { ctl } from '../support/programs/control.ts'
import { spawnDaemon } from '../support/programs/spawned-daemon.ts'
import { logIn, RawClient } from '../support/wire/raw-client.ts'
import { visits } from '../support/wire/visits.ts'
import { T } from '../support/wire/wire.ts'
import { example } from './example.ts'
import { canRun, run } from './program.ts'

const { afterwards } = visits()
const FILTER = 'deploy/fail2ban/filter.d/roomrtc.conf'

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-fail2ban-'))
  afterwards(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** The addresses that the filter finds, a line each. */
function found(path: string): string[] {
  const out = run('fail2ban-regex', ['--out', 'ip', path, FILTER])
  return out.split('\n').filter((line) => line !== '')
}

describe.skipIf(!canRun('fail2ban-regex', 'fail2ban'))('fail2ban', () => {
  test('SEC-10 finds wrong passwords in the log of a running server, and not what its administrator does', async () => {
    const logging = { security_log_file_path: 'security.log' }
    const daemon = await spawnDaemon({ config: { logging, security: { bcrypt_cost: 4 } } })
    afterwards(() => rm(daemon.cwd, { recursive: true, force: true }))
    afterwards(() => daemon.stop('SIGKILL'))
    const from = async (localAddress: string) => {
      const socket = connectTcp({ port: daemon.port, host: '127.0.0.1', localAddress })
      await once(socket, 'connect')
      const client = new RawClient(socket)
      afterwards(() => client.close())
      return client
    }
    await logIn(await from('127.0.0.9'), 'alice')
    await logIn(await from('127.0.0.10'), 'alice')
    await ctl(daemon, ['bans', 'add', '192.0.2.1'])
    const guesser = await from('127.0.0.7')
    for (const username of ['alice', '"address":"192.0.2.2"', 'nobody']) {
      guesser.send(T.LOGIN_REQUEST, { username, password_hash: '"address":"192.0.2.3"' })
      await guesser.next(T.LOGIN_RESPONSE)
    }
    expect(found(join(daemon.cwd, 'security.log'))).toEqual(['127.0.0.7', '127.0.0.7', '127.0.0.7'])
  })

  test('SEC-10 finds every kind that is an attack, with networks of IPv6, and passes over the others', async () => {
    const path = join(await temporary(), 'security.log')
    const log = createSecurityLog({ path, clock: systemClock, log: silentLog })
    const address = '192.0.2.7'
    log.write({ event: 'login_refused', reason: 'too_many_attempts', address })
    log.write({ event: 'login_refused', reason: 'overloaded', address: '192.0.2.100' })
    log.write({ event: 'token_refused', reason: 'invalid_token', address: '192.0.2.8' })
    log.write({ event: 'token_refused', reason: 'expired_token', address: '192.0.2.101' })
    log.write({ event: 'token_refused', reason: 'unknown_session', address: '192.0.2.102' })
    log.write({ event: 'origin_refused', reason: 'forbidden_origin', address: '192.0.2.9' })
    log.write({ event: 'ban', reason: 'flooding', address: '2001:db8:1:2::/64' })
    log.write({ event: 'session_replaced', reason: 'logged_in_elsewhere', address: '192.0.2.103' })
    log.write({ event: 'account', reason: 'invalid_credentials', action: 'delete account', address })
    log.close()
    expect(found(path)).toEqual(['192.0.2.7', '192.0.2.8', '192.0.2.9', '2001:db8:1:2::/64'])
  })

  test('SEC-10 takes the jail and the filter', async () => {
    const directory = await temporary()
    await cp('/etc/fail2ban', directory, { recursive: true })
    await rm(join(directory, 'jail.d'), { recursive: true })
    await mkdir(join(directory, 'jail.d'))
    await cp(FILTER, join(directory, 'filter.d/roomrtc.conf'))
    const log = join(directory, 'security.log')
    await writeFile(log, '')
    const jail = await example('fail2ban/jail.d/roomrtc.conf', { '/var/log/roomrtc/security.log': log })
    await writeFile(join(directory, 'jail.d/roomrtc.conf'), jail)
    expect(run('fail2ban-client', ['-c', directory, '--test'])).toContain(
      'OK: configuration test is successful',
    )
    expect(run('fail2ban-client', ['-c', directory, '--dump'])).toMatch(/'add', 'roomrtc'/)
  })
})
