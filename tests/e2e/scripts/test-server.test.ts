import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { makeSelfSigned } from '../../../scripts/support/self-signed.ts'
import { writeSelfSigned } from '../../../scripts/support/write-self-signed.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { spawnDaemon } from '../../support/programs/spawned-daemon.ts'
import { frame, T } from '../../support/wire/wire.ts'

const SCRIPT = fileURLToPath(new URL('../../../scripts/test-server.mjs', import.meta.url))
const WRAPPER = fileURLToPath(new URL('../../../scripts/test_server.sh', import.meta.url))

/** As a clone has it. */
const TRACKED = fileURLToPath(new URL('../../../users.txt', import.meta.url))

const FAST = { security: { bcrypt_cost: 4 } }
/** For a machine that is busy otherwise. */
const PATIENTLY = ['--deadline-ms', '20000']

const ends = endsAfterEach()

describe('scripts/test-server.mjs against the built daemon', () => {
  test('WIRE-1..WIRE-11, REQ, AUTH, SESS, PRES, CALL, RELAY, BEAT-1, ACCOUNT-4: all checks pass over TCP, also twice', async () => {
    const cwd = await directory()
    const file = join(cwd, 'users.txt')
    await copyFile(TRACKED, file)
    const daemon = await start(FAST, cwd)
    for (const command of [SCRIPT, WRAPPER]) {
      const { code, output } = await run(command, ['127.0.0.1', String(daemon.port), ...PATIENTLY])
      expect(output).not.toContain('FAIL')
      expect(output).toMatch(/^ok {4}WIRE-3 frame length 0/m)
      expect(output).toMatch(/\d+ checks, all passed\n$/)
      expect(code).toBe(0)
      expect(output).not.toContain('left on the server')
    }
    // It leaves nothing behind, in a clone not even a change.
    expect(await readFile(file, 'utf8')).toBe(await readFile(TRACKED, 'utf8'))
    expect(await daemon.stop()).toBe(0)
    expect(await readFile(file, 'utf8')).toBe(await readFile(TRACKED, 'utf8'))
  })

  test('HELLO-3 ACCOUNT-4: of a server that cannot delete accounts it says which it leaves, all of them and no other', async () => {
    const daemon = await start(FAST)
    // What comes this way is of an older server: it does not know the capability.
    const relay = createServer({ allowHalfOpen: true }, (socket) => {
      const inside = connect({ port: daemon.port, host: '127.0.0.1', allowHalfOpen: true })
      for (const end of [socket, inside]) end.on('error', () => undefined)
      socket.on('data', (chunk) => {
        inside.write(Buffer.from(chunk.toString('latin1').replace('"account"', '"unknown"'), 'latin1'))
      })
      socket.on('end', () => inside.end())
      inside.pipe(socket)
      socket.on('close', () => inside.destroy())
    })
    const { code, output } = await run(SCRIPT, ['127.0.0.1', String(await listen(relay)), ...PATIENTLY])
    expect(output).toMatch(/\d+ checks, all passed\n$/)
    expect(code).toBe(0)
    const left = /^left on the server: the accounts (.*)$/m.exec(output)?.[1]?.split(', ')
    const accounts = (await readFile(join(daemon.cwd, 'users.txt'), 'utf8')).trim().split('\n')
    expect(accounts.map((line) => line.split('|')[1])).toEqual(left)
  })

  test('TLS-REC: all checks pass over TLS, and no two frames share a record', async () => {
    const daemon = await start({ ...FAST, server: { enable_tls: true, ...(await pemPair()) } })
    const { code, output } = await run(SCRIPT, ['localhost', String(daemon.port), '--tls', ...PATIENTLY])
    expect(output).not.toContain('FAIL')
    expect(output).toMatch(/^ok {4}TLS-REC /m)
    expect(code).toBe(0)
  })
})

describe('scripts/test-server.mjs against something else', () => {
  const everyAnswer = frame(T.LOGIN_RESPONSE, { success: false, error: 'no', reason: 'no' })
  test.each([
    ['WIRE-3', 'a server that answers everything with one wrong frame', everyAnswer],
    ['WIRE-4', 'a server that answers with the wrong bytes', Buffer.alloc(8)],
    ['BEAT-1', 'a server that says nothing', Buffer.alloc(0)],
  ])('%s: %s fails every check, and soon', async (id, _, answer) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => socket.write(answer))
    })
    const port = await listen(server)
    const { code, output } = await run(SCRIPT, ['127.0.0.1', String(port), '--deadline-ms', '20'])
    expect(output).toMatch(new RegExp(`^FAIL {2}${id} .*\\n {6}wanted .* got `, 'm'))
    expect(output).not.toMatch(/^ok /m)
    expect(output).toMatch(/\d+ checks, \d+ failed\n$/)
    expect(code).toBe(1)
  })

  test('TLS-REC: frames that share a record are found', async () => {
    // A TCP daemon sends the frames of one tick in one segment; this relay makes one record of it.
    const daemon = await start(FAST)
    const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 1 })
    const relay = createTlsServer({ cert, key, noDelay: true, allowHalfOpen: true }, (socket) => {
      const inside = connect({ port: daemon.port, host: '127.0.0.1', allowHalfOpen: true })
      for (const end of [socket, inside]) end.on('error', () => undefined)
      socket.pipe(inside).pipe(socket)
      socket.on('close', () => inside.destroy())
    })
    const { code, output } = await run(SCRIPT, [
      '127.0.0.1',
      String(await listen(relay)),
      '--tls',
      ...PATIENTLY,
    ])
    expect(output).toMatch(/^FAIL {2}TLS-REC .*\n {6}two frames came together \d+ times/m)
    expect(output).toMatch(/\d+ checks, 1 failed\n$/)
    expect(code).toBe(1)
  })

  test.each([
    ['nobody listens', ['127.0.0.1', '1'], /Cannot connect to 127\.0\.0\.1 port 1: .*ECONNREFUSED/],
    ['the port is none', ['127.0.0.1', 'http'], /Usage/],
    ['an option is unknown', ['--ssl'], /Usage/],
  ])('exit code 2 and a clear sentence when %s', async (_, args, sentence) => {
    const { code, output } = await run(SCRIPT, args)
    expect(output).toMatch(sentence)
    expect(code).toBe(2)
  })
})

async function start(config: Record<string, object>, cwd?: string): ReturnType<typeof spawnDaemon> {
  const daemon = await spawnDaemon({ config, ...(cwd === undefined ? {} : { cwd }) })
  ends.push(async () => {
    await daemon.stop()
    await rm(daemon.cwd, { recursive: true, force: true })
  })
  return daemon
}

async function pemPair(): Promise<{ cert_path: string; key_path: string }> {
  return writeSelfSigned(await directory())
}

async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'roomrtc-'))
  ends.push(() => rm(made, { recursive: true, force: true }))
  return made
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  ends.push(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}

function run(command: string, args: readonly string[]): Promise<{ code: unknown; output: string }> {
  return new Promise((resolve) => {
    execFile(command, args, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr })
    })
  })
}
