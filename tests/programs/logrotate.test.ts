import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ctl } from '../support/programs/control.ts'
import { spawnDaemon, untilLogged } from '../support/programs/spawned-daemon.ts'
import { visits } from '../support/wire/visits.ts'
import { example } from './example.ts'
import { canRun, run } from './program.ts'

const { afterwards, connect } = visits()

describe.skipIf(!canRun('logrotate'))('logrotate', () => {
  test('DEPLOY-5 renames the log, the daemon goes on in a new one, and no line is lost', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-logrotate-'))
    afterwards(() => rm(cwd, { recursive: true, force: true }))
    const logs = join(cwd, 'logs')
    const logging = {
      enable_file: true,
      log_file_path: join(logs, 'roomrtc-server.log'),
      security_log_file_path: join(logs, 'security.log'),
    }
    const daemon = await spawnDaemon({ cwd, config: { logging } })
    afterwards(() => daemon.stop('SIGKILL'))

    // As the unit's ExecReload does.
    await writeFile(
      join(cwd, 'systemctl'),
      `#!/bin/sh\necho "$*" >> ${cwd}/asked\nkill -HUP ${daemon.child.pid}\n`,
    )
    await chmod(join(cwd, 'systemctl'), 0o755)
    const { username } = userInfo()
    const group = run('id', ['-gn']).trim()
    const rules = join(cwd, 'logrotate.conf')
    await writeFile(
      rules,
      await example('logrotate.conf', {
        '/var/log/roomrtc': logs,
        'su roomrtc roomrtc': `su ${username} ${group}`,
      }),
      // It takes none that others may write to, as under some umasks they may.
      { mode: 0o600 },
    )
    const rotate = (how: string) =>
      run('logrotate', [how, '--state', join(cwd, 'state'), rules], {
        PATH: `${cwd}:${process.env['PATH'] ?? ''}`,
      })

    await ctl(daemon, ['bans', 'add', '192.0.2.1'])
    expect(rotate('--debug')).not.toContain('error')
    rotate('--force')
    await untilLogged(daemon, 'reloaded')
    expect(await readFile(join(cwd, 'asked'), 'utf8')).toBe('try-reload-or-restart roomrtc-server.service\n')
    expect((await readdir(logs)).toSorted()).toEqual([
      'roomrtc-server.log',
      'roomrtc-server.log.1',
      'security.log',
      'security.log.1',
    ])
    await ctl(daemon, ['bans', 'lift', '192.0.2.1'])
    const client = await connect(daemon)
    await client.drain()
    await client.close()
    expect(await daemon.stop()).toBe(0)

    const written = async (name: string) => (await readFile(join(logs, name), 'utf8')).trimEnd().split('\n')
    const [old, fresh] = [await written('roomrtc-server.log.1'), await written('roomrtc-server.log')]
    expect(old.some((line) => line.includes('"msg":"listening"'))).toBe(true)
    expect(fresh.some((line) => line.includes('"msg":"connection opened"'))).toBe(true)
    expect(await written('security.log.1')).toEqual([expect.stringContaining('"bans add"')])
    expect(await written('security.log')).toEqual([expect.stringContaining('"bans lift"')])
    expect([...old, ...fresh].map((line): unknown => JSON.parse(line))).toEqual(daemon.lines)
  })
})
