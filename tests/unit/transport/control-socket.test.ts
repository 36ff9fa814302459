import { once } from 'node:events'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { noSecurityLog } from '../../../src/infrastructure/log/security-log.ts'
import { Fenced, Unavailable } from '../../../src/application/ports/shared-state-errors.ts'
import { ok } from '../../../src/domain/result.ts'
import { type ControlServer, openControlServer } from '../../../src/transport/control/control-server.ts'
import { makeDispatchControl } from '../../../src/transport/control/dispatch.ts'
import { route } from '../../../src/transport/control/route.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { askControl } from '../../support/programs/control.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'

let directory = ''
let path = ''
let spied = createSpyLog()
const ends = endsAfterEach()

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'roomrtc-'))
  path = join(directory, 'roomrtc.sock')
  spied = createSpyLog()
  ends.push(() => {
    rmSync(directory, { recursive: true })
  })
})

const echo = route({
  method: 'POST',
  path: '/v1/echo',
  action: 'echo',
  input: z.strictObject({ name: z.string(), secret: z.string().max(5) }),
  about: ({ name }) => ({ name }),
  run: ({ name }) => ({ answer: ok({ name }) }),
})

const change = route({
  method: 'POST',
  path: '/v1/change',
  action: 'change',
  input: z.strictObject({ fenced: z.boolean() }),
  run: ({ fenced }) => Promise.reject(fenced ? new Fenced() : new Unavailable()),
})

async function open(
  at = path,
  limits?: Parameters<typeof openControlServer>[3],
): Promise<ControlServer | undefined> {
  const server = await openControlServer(
    at,
    makeDispatchControl([echo, change], 'control socket', { log: spied.log, securityLog: noSecurityLog }),
    spied.log,
    limits,
  )
  if (server !== undefined)
    ends.push(() => {
      server.close()
    })
  return server
}

const good = JSON.stringify({ name: 'n', secret: 's' })

test('ADMIN-1 the socket is for its owner only, nothing else is left beside it, and it is gone at the end', async () => {
  const server = await open()
  expect(lstatSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(directory)).toEqual(['roomrtc.sock'])
  expect(await askControl(path, 'POST', '/v1/echo', good)).toEqual({ status: 200, body: { name: 'n' } })
  server?.close()
  expect(readdirSync(directory)).toEqual([])
})

test('ADMIN-1 a socket that a crash has left is taken over', async () => {
  // Renamed, it stays behind when its server ends.
  const crashed = createServer().listen(join(directory, 'crashed'))
  await once(crashed, 'listening')
  renameSync(join(directory, 'crashed'), path)
  crashed.close()
  await once(crashed, 'close')
  expect(lstatSync(path).isSocket()).toBe(true)
  await open()
  expect(await askControl(path, 'POST', '/v1/echo', good)).toMatchObject({ status: 200 })
})

test('ADMIN-1 the socket of whoever came after is left alone', async () => {
  const first = await open()
  await open()
  first?.close()
  expect(await askControl(path, 'POST', '/v1/echo', good)).toMatchObject({ status: 200 })
})

test('ADMIN-2 where something else has the name, it is left and warned of', async () => {
  writeFileSync(path, 'precious')
  expect(await open()).toBeUndefined()
  expect(lstatSync(path).isFile()).toBe(true)
  expect(spied.lines).toMatchObject([{ message: expect.stringContaining('is no socket') }])
})

test('ADMIN-2 a path that is too long for the system is warned of, one that just fits works', async () => {
  const most = process.platform === 'linux' ? 107 : 103
  const folder = (bytes: number) => {
    const made = join(directory, 'x'.repeat(bytes - Buffer.byteLength(join(directory, '/roomrtc.sock')) - 1))
    mkdirSync(made)
    return join(made, 'roomrtc.sock')
  }
  expect(await open(folder(most + 1))).toBeUndefined()
  expect(spied.lines).toMatchObject([{ message: expect.stringContaining(`allows ${most}`) }])
  expect(await open(folder(most))).toBeDefined()
})

test('ADMIN-2 where the directory cannot be written, it is warned of', async () => {
  expect(await open(join(directory, 'missing', 'roomrtc.sock'))).toBeUndefined()
  expect(spied.lines).toMatchObject([{ message: expect.stringContaining('ENOENT') }])
})

test.each([
  ['another path', 'POST', '/v1/nothing', good, 404, 'no_such_path'],
  ['another method', 'GET', '/v1/echo', '', 405, 'method_not_allowed'],
  ['no JSON', 'POST', '/v1/echo', '{"name"', 400, 'invalid_json'],
  ['another field', 'POST', '/v1/echo', '{"name":"n","secret":"s","more":1}', 400, 'invalid_input'],
  ['a large body', 'POST', '/v1/echo', Buffer.alloc(1_048_577, 32), 413, 'too_large'],
])('ADMIN-3 %s is refused', async (_, method, at, body, status, reason) => {
  await open()
  expect(await askControl(path, method, at, body)).toMatchObject({ status, body: { error: { reason } } })
})

test('ADMIN-3 a request that does not come to its end is ended, and the others are answered', async () => {
  await open(path, { maxConnections: 32, requestTimeoutMs: 50, lookEveryMs: 10 })
  const slow = connect(path)
  slow.write('POST /v1/echo HTTP/1.1\r\nHost: control\r\nContent-Length: 100\r\n\r\n{')
  const told = await text(slow)
  expect(told).toMatch(/^HTTP\/1.1 408 /)
  expect(await askControl(path, 'POST', '/v1/echo', good)).toMatchObject({ status: 200 })
})

test('ADMIN-3 a connection beyond the limit is closed, and there is room again when another has gone', async () => {
  await open(path, { maxConnections: 1, requestTimeoutMs: 10_000, lookEveryMs: 1000 })
  const silent = connect(path)
  await once(silent, 'connect')
  expect(await text(connect(path))).toBe('')
  silent.end()
  const ask = () => askControl(path, 'POST', '/v1/echo', good).catch(() => undefined)
  await expect.poll(ask).toMatchObject({ status: 200 })
})

test('ADMIN-3 a client that goes in the middle of its request harms nobody', async () => {
  await open()
  const leaver = connect(path)
  await once(leaver, 'connect')
  leaver.write('POST /v1/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"na')
  leaver.destroy()
  expect(await askControl(path, 'POST', '/v1/echo', good)).toMatchObject({ status: 200 })
})

test.each([false, true])(
  'ADMIN-34 what cannot be shared with other nodes is refused: fenced %s',
  async (fenced) => {
    await open()
    expect(await askControl(path, 'POST', '/v1/change', JSON.stringify({ fenced }))).toMatchObject({
      status: 503,
      body: { error: { reason: 'storage_unavailable' } },
    })
    expect(spied.lines).toMatchObject([{ action: 'change', outcome: 'storage_unavailable' }])
  },
)

test('ADMIN-4 every change is in the log with its outcome, and a secret neither there nor in an answer', async () => {
  await open()
  await askControl(path, 'POST', '/v1/echo', good)
  const refused = await askControl(path, 'POST', '/v1/echo', '{"name":"n","secret":"TOO-LONG"}')
  expect(JSON.stringify(refused)).not.toContain('TOO-LONG')
  expect(spied.lines).toMatchObject([
    { security: 'administration', by: 'control socket', action: 'echo', name: 'n', outcome: 'done' },
    { action: 'echo', outcome: 'invalid_input' },
  ])
  expect(JSON.stringify(spied.lines)).not.toMatch(/TOO-LONG/)
})
