import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeSelfSigned } from '../../scripts/support/self-signed.ts'
import { endsAfterEach } from '../support/ends.ts'
import { connectRaw, logIn, RawClient, setUpCall } from '../support/wire/raw-client.ts'
import { logged, spawnDaemon, type SpawnedDaemon, untilLogged } from '../support/programs/spawned-daemon.ts'
import { frame, T } from '../support/wire/wire.ts'

const ends = endsAfterEach()

async function daemonWith(...args: Parameters<typeof spawnDaemon>): Promise<SpawnedDaemon> {
  const daemon = await spawnDaemon(...args)
  ends.push(() => rm(daemon.cwd, { recursive: true, force: true }))
  ends.push(() => daemon.stop('SIGKILL'))
  return daemon
}

async function client(daemon: SpawnedDaemon, tls?: Parameters<typeof connectRaw>[1]): Promise<RawClient> {
  const connected = await connectRaw(daemon.port, tls)
  ends.push(() => connected.close())
  return connected
}

/** alice and bob in an active call. */
async function call(daemon: SpawnedDaemon) {
  const [alice, bob] = [await client(daemon), await client(daemon)]
  return { alice, bob, ...(await setUpCall(alice, bob)) }
}

describe('the end', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'LIFE-1 LIFE-9 LIFE-29 %s with a call up: ERROR 503 to everybody and no HANGUP, exit 0, and accounts are kept',
    async (signal) => {
      const daemon = await daemonWith({ config: { security: { bcrypt_cost: 4 } } })
      const { alice, bob, call_id } = await call(daemon)
      const stranger = await client(daemon)
      await stranger.drain()
      for (const one of [alice, bob]) await one.drain()
      const ended = daemon.stop(signal)
      for (const one of [alice, bob]) {
        expect((await one.untilClosed()).map(({ type, payload }) => [type, payload['reason']])).toEqual([
          [T.ERROR, 'shutting_down'],
        ])
      }
      expect(await stranger.untilClosed()).toMatchObject([{ type: T.ERROR, payload: { code: 503 } }])
      expect(await ended).toBe(0)
      expect(logged(daemon, 'call ended')).toMatchObject([{ call: call_id, reason: 'shutdown' }])
      const again = await daemonWith({ cwd: daemon.cwd, config: { security: { bcrypt_cost: 4 } } })
      const back = await client(again)
      back.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'secret of alice' })
      expect(await back.next(T.LOGIN_RESPONSE)).toMatchObject({ payload: { success: true } })
    },
  )

  test('LIFE-2 a signal during the stop ends the process at once', async () => {
    const daemon = await daemonWith({
      config: { limits: { linger_timeout_ms: 600_000 }, server: { shutdown_timeout_ms: 600_000 } },
    })
    const stuck = await client(daemon)
    await stuck.drain()
    stuck.socket.pause()
    daemon.child.kill('SIGTERM')
    await untilLogged(daemon, 'stopping')
    expect(await daemon.stop('SIGTERM')).toBe(1)
    expect(logged(daemon, 'stopped at once')).toHaveLength(1)
  })

  test('LIFE-3 a client that does not take its farewell does not hold the process up', async () => {
    const daemon = await daemonWith({
      config: { limits: { linger_timeout_ms: 600_000 }, server: { shutdown_timeout_ms: 100 } },
    })
    const stuck = await client(daemon)
    await stuck.drain()
    stuck.socket.pause()
    expect(await daemon.stop()).toBe(0)
    expect(
      logged(daemon, 'stopped at the deadline: not everybody read our farewell, or the disk was slow'),
    ).toHaveLength(1)
  })

  test('LIFE-8 a fault that nobody expected is logged and ends the process with 1', async () => {
    const preload = "data:text/javascript,process.on('SIGWINCH', () => { throw new Error('unforeseen') })"
    const daemon = await daemonWith({ env: { NODE_OPTIONS: `--import ${encodeURI(preload)}` } })
    expect(await daemon.stop('SIGWINCH')).toBe(1)
    expect(logged(daemon, 'unknown fault')).toMatchObject([
      { level: 'error', err: { message: 'unforeseen' } },
    ])
  })
})

describe('the start', () => {
  test('LIFE-4 everything wrong is told at once, and the exit code is 1', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-'))
    ends.push(() => rm(cwd, { recursive: true }))
    await writeFile(join(cwd, 'users.txt'), 'no account\n')
    const config = { server: { enable_tls: true, cert_path: 'a.pem', key_path: 'b.pem' } }
    await expect(spawnDaemon({ cwd, config })).rejects.toThrow(
      /cannot start:\n.*a\.pem.*\n.*b\.pem.*\n.*users\.txt.*line 1/,
    )
  })

  test('LIFE-4 a port that is taken is told with the cure', async () => {
    const { port } = await daemonWith()
    await expect(spawnDaemon({ config: { server: { port } } })).rejects.toThrow(
      `cannot listen on 127.0.0.1 port ${port}: another program listens there; choose another server.port, or 0`,
    )
  })

  test('CONF-14 what is probably not meant is in the log as a warning', async () => {
    const daemon = await daemonWith({ config: { persistence: { enable_persistence: false } } })
    expect(daemon.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { msg: expect.stringContaining('persistence.enable_persistence is false') },
    ])
  })

  test('STORE-21 LIFE-4 a second daemon on the same accounts is refused', async () => {
    const { cwd, child } = await daemonWith()
    await expect(spawnDaemon({ cwd })).rejects.toThrow(String(child.pid))
  })
})

describe('where it is', () => {
  test('LIFE-32 the log names each URL on which something is to be had', async () => {
    const daemon = await daemonWith({ config: { http: {} } })
    const reachable = logged(daemon, 'reachable').map(({ url }) => String(url))
    const [frames = '', webSocket = '', ...pages] = reachable
    expect(frames).toBe(`tcp://127.0.0.1:${daemon.port}`)
    expect(webSocket).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ws$/)
    expect(pages).toHaveLength(5)
    for (const page of pages) expect((await fetch(page)).status).toBe(200)
    const asked = await fetch(webSocket.replace('ws:', 'http:'), { redirect: 'manual' })
    expect(asked.status).toBe(426)
  })
})

describe('what is configured', () => {
  test('LIFE-9 address, hash cost and where the log goes are as told', async () => {
    const logging = { enable_console: false, enable_file: true, log_file_path: 'only.log' }
    const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-'))
    ends.push(() => rm(cwd, { recursive: true, force: true }))
    const config = { server: { port: 0, bind_address: '127.0.0.2' }, security: { bcrypt_cost: 5 } }
    const daemon = await daemonWith({ config })
    const alice = new RawClient(connect({ port: daemon.port, host: '127.0.0.2' }))
    ends.push(() => alice.close())
    await logIn(alice, 'alice')
    expect(await readFile(join(daemon.cwd, 'users.txt'), 'utf8')).toContain('|$2b$05$')
    expect(await readdir(daemon.cwd)).not.toContain('logs')

    const quiet = spawn(process.execPath, [join(process.cwd(), 'dist/main.js')], {
      cwd,
      env: {
        ...process.env,
        CONFIG: JSON.stringify({ server: { port: 0 }, http: { enable: false }, logging }),
      },
    })
    let output = ''
    quiet.stdout.on('data', (chunk) => (output += String(chunk)))
    const closed = once(quiet, 'close')
    ends.push(() => {
      quiet.kill('SIGKILL')
      return closed
    })
    const logFile = () => readFile(join(cwd, 'only.log'), 'utf8').catch(() => '')
    await expect.poll(logFile).toContain('"msg":"listening"')
    quiet.kill('SIGTERM')
    await closed
    expect(output).toBe('')
  })
})

describe('SIGHUP', () => {
  test('LIFE-5 reloads certificate, log level and log file without dropping a connection', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-'))
    const write = async (commonName: string, log_level: string) => {
      const { cert, key } = await makeSelfSigned({ commonName, days: 90 })
      await writeFile(join(cwd, 'cert.pem'), cert)
      await writeFile(join(cwd, 'key.pem'), key)
      const server = { port: 0, enable_tls: true, cert_path: 'cert.pem', key_path: 'key.pem' }
      const logging = { log_level, enable_file: true, log_file_path: 'daemon.log' }
      // One of the clients never logs in, and is to be there to the end.
      const limits = { login_timeout_ms: 600_000 }
      await writeFile(
        join(cwd, 'server_config.json'),
        JSON.stringify({ server, http: { enable: false }, logging, limits }),
      )
    }
    await write('first', 'info')
    const daemon = await daemonWith({ cwd, env: { CONFIG: '' } })
    const early = await client(daemon, { servername: 'first' })
    early.send(0x7f, '')
    await early.next(T.ERROR)
    expect(logged(daemon, 'refused')).toEqual([])

    await write('second', 'debug')
    await rename(join(cwd, 'daemon.log'), join(cwd, 'daemon.log.1'))
    daemon.child.kill('SIGHUP')
    await untilLogged(daemon, 'reloaded')
    early.send(0x7f, '')
    await early.next(T.ERROR)
    await untilLogged(daemon, 'refused')
    await client(daemon)
    expect(await readFile(join(cwd, 'daemon.log'), 'utf8')).toContain('"msg":"reloaded"')

    await writeFile(join(cwd, 'server_config.json'), '{"server": {"prot": 1}}')
    daemon.child.kill('SIGHUP')
    await untilLogged(daemon, 'not reloaded; log level and certificate stay as they were')

    await write('third', 'debug')
    await writeFile(join(cwd, 'key.pem'), 'nonsense')
    daemon.child.kill('SIGHUP')
    await untilLogged(daemon, 'reloaded, but for the certificate')
    expect(logged(daemon, 'reloaded')).toHaveLength(1)
    await client(daemon)
    await early.drain()
  })
})

describe('the log', () => {
  test('LIFE-7 every line about a connection names it, and no line holds a secret', async () => {
    const daemon = await daemonWith({
      config: { logging: { log_level: 'trace' }, security: { bcrypt_cost: 4 } },
    })
    const { alice, calleeId, call_id } = await call(daemon)
    const parties = { call_id, from_user_id: '', to_user_id: calleeId }
    alice.send(T.SDP_OFFER, { ...parties, sdp: 'SECRET-SDP' })
    alice.send(T.ICE_CANDIDATE, {
      ...parties,
      candidate: 'SECRET-CANDIDATE',
      sdp_mid: '0',
      sdp_mline_index: 0,
    })
    alice.send(T.SDP_OFFER, { ...parties, call_id: 'other', sdp: 'SECRET-SDP' })
    alice.send(T.SDP_OFFER, { ...parties, sdp: ['SECRET-SDP'] })
    alice.send(T.SDP_OFFER, '{"sdp":"SECRET-SDP')
    alice.send(T.LOGIN_REQUEST, { username: 'bob', password_hash: 'SECRET-PASSWORD' })
    alice.send(T.REGISTER_REQUEST, { username: 'SECRET\nNAME', password_hash: 'SECRET-PASSWORD' })
    await alice.drain()
    alice.sendBytes(
      Buffer.concat([frame(T.LOGIN_REQUEST, '{"password_hash":"SECRET-PASSWORD'), Buffer.alloc(4)]),
    )
    alice.socket.end()
    await alice.untilClosed()
    expect(await daemon.stop()).toBe(0)
    const log = daemon.lines.map((line) => JSON.stringify(line))
    expect(log.filter((line) => /SECRET|secret of/.test(line))).toEqual([])
    const about = daemon.lines.filter(({ msg }) =>
      ['connection opened', 'logged in', 'refused', 'session ended', 'connection closed'].includes(
        String(msg),
      ),
    )
    expect(about.length).toBeGreaterThan(10)
    expect(about.filter(({ conn }) => typeof conn !== 'number')).toEqual([])
  })
})
