import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { writeSelfSigned } from '../../../scripts/support/write-self-signed.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { connectRaw, logIn } from '../../support/wire/raw-client.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { frame, T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()
async function start(server: object = {}, proxy: object = {}) {
  const { log, lines } = createSpyLog()
  const daemon = await startTestDaemon({ server, proxy }, log)
  ends.push(() => daemon.stop())
  return { port: daemon.port, lines }
}

async function secure(): Promise<object> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-foreign-'))
  ends.push(() => rm(directory, { recursive: true }))
  return { enable_tls: true, ...(await writeSelfSigned(directory)) }
}

describe('on a port without TLS', () => {
  test.each([
    ['TLS', '1603010200010001fc0303', 'This looks like TLS, and this port has none'],
    ['TLS', '16030000', 'This looks like TLS, and this port has none'],
    ['SSLv2', '802e0103010015', 'This looks like the hello of old SSL (SSLv2)'],
    ['SSLv2', '802e01000200', 'This looks like the hello of old SSL (SSLv2)'],
    ['HTTP', 'GET / HTTP/1.1\r\n\r\n', 'This looks like HTTP'],
    ['HTTP', 'POST /x HTTP/1.1\r\n\r\n', 'This looks like HTTP'],
    ['HTTP', 'OPTIONS * HTTP/1.1\r\n\r\n', 'This looks like HTTP'],
    ['HTTP', 'PRI * HTTP/2.0\r\n\r\n', 'This looks like HTTP'],
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n', 'This looks like SSH'],
    ['PROXY', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n', 'proxy.networks does not name'],
    ['PROXY', '0d0a0d0a000d0a515549540a', 'proxy.networks does not name'],
  ])('WIRE-13 %s is told what is wrong, and so is the log: %s', async (name, text, sentence) => {
    const { port, lines } = await start()
    const client = await connectRaw(port)
    client.sendBytes(/^[\da-f]+$/.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text))
    const [error] = await client.untilClosed()
    expect(error).toMatchObject({
      type: T.ERROR,
      payload: {
        code: 413,
        reason: 'frame_too_large',
        message: expect.stringContaining(sentence),
      },
    })
    await expect
      .poll(() => lines)
      .toContainEqual({
        message: 'connection ended by the server',
        conn: 1,
        reason: 'frame_too_large',
        looks_like: name,
      })
  })

  test('WIRE-13 a real TLS client', async () => {
    const { port, lines } = await start()
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await expect(once(socket, 'secureConnect')).rejects.toThrow()
    await expect.poll(() => lines).toContainEqual(expect.objectContaining({ looks_like: 'TLS' }))
  })

  test('WIRE-13 what is merely too long is told its length', async () => {
    const { port, lines } = await start()
    const client = await connectRaw(port)
    client.sendBytes(Buffer.from('15030102', 'hex'))
    const [error] = await client.untilClosed()
    expect(error?.payload['message']).toBe('Frame length 352518402: at most 1048576 is allowed; closing')
    await expect
      .poll(() => lines.find(({ message }) => message === 'connection ended by the server'))
      .toMatchObject({ looks_like: undefined })
  })
})

describe('on a port with TLS', () => {
  test('WIRE-14 frames in the clear are answered in the clear, and counted in the log', async () => {
    const { port, lines } = await start(await secure())
    const client = await connectRaw(port)
    client.send(T.HEARTBEAT, { timestamp: 1 })
    const answers = await client.untilClosed()
    expect(answers).toMatchObject([
      { type: T.ERROR, payload: { code: 400, reason: 'tls_required', message: expect.any(String) } },
    ])
    expect(lines).toContainEqual({
      message: 'TLS handshake failed',
      remote: '127.0.0.1',
      cause: 'frames without TLS',
    })
    await logIn(await connectRaw(port, {}), 'alice')
  })

  test('WIRE-14 frames that come drop by drop too', async () => {
    const { port } = await start(await secure())
    const client = await connectRaw(port)
    const [first, ...rest] = frame(T.HEARTBEAT, { timestamp: 1 })
    client.sendBytes(Buffer.of(first ?? 1))
    await client.next(T.ERROR)
    client.sendBytes(Buffer.from(rest))
    await client.untilClosed()
  })

  test('WIRE-14 so they are behind a proxy', async () => {
    const { port } = await start(await secure(), { networks: ['127.0.0.0/8'] })
    const client = await connectRaw(port)
    client.sendBytes(Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n'))
    client.send(T.HEARTBEAT, { timestamp: 1 })
    expect((await client.untilClosed())[0]?.payload).toMatchObject({ reason: 'tls_required' })
  })

  test.each([
    ['HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['SSH', 'SSH-2.0-x\r\n'],
    ['PROXY', 'PROXY UNKNOWN\r\n'],
  ])('WIRE-14 %s is ended, and the log says what it was', async (name, text) => {
    const { port, lines } = await start(await secure())
    const client = await connectRaw(port)
    client.sendBytes(Buffer.from(text))
    expect(await client.untilClosed()).toEqual([])
    expect(lines).toContainEqual(expect.objectContaining({ cause: `${name} without TLS` }))
  })
})
