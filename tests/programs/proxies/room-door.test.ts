import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { EventClient } from '../../support/wire/event-client.ts'
import { httpClient } from '../../support/wire/http-client.ts'
import { canRun } from '../program.ts'
import { haproxyBefore, nginxBefore } from './proxies.ts'
import { visitor } from './visitor.ts'

const ends = endsAfterEach()
const afterwards = (end: () => unknown): unknown => ends.push(end)

async function house() {
  const { daemon, httpPort, base } = await startHttpDaemon(ends, { proxy: { networks: ['127.0.0.1'] } })
  const { token } = await httpClient(base, 'alice')
  return { behind: { port: daemon.port, httpPort }, token }
}

async function comesIn(port: number, token: string): Promise<void> {
  const url = `wss://127.0.0.1:${port}/ws/voice?token=${token}`
  const client = new EventClient(url, { rejectUnauthorized: false })
  ends.push(() => client.close())
  expect(await client.next()).toEqual({ type: 'members', members: [] })
  expect(await client.drain()).toEqual([])
  await client.close()
}

test.skipIf(!canRun('haproxy'))('DEPLOY-13 DOOR-6 a room has its door behind HAProxy', async () => {
  const { behind, token } = await house()
  await comesIn((await haproxyBefore(behind, afterwards)).web, token)
})

test.skipIf(!canRun('nginx', 'nginx and libnginx-mod-stream'))(
  'DEPLOY-13 DOOR-6 a room has its door behind nginx, whose access log has no token',
  async () => {
    const { behind, token } = await house()
    const proxy = await nginxBefore(behind, afterwards)
    await comesIn(proxy.web, token)
    // What is logged comes in order: the door would stand before this.
    const { status } = await visitor({ port: proxy.web, secure: true }, '127.0.0.1', ends).ask(
      'GET',
      '/health',
    )
    expect(status).toBe(200)
    const log = () => readFile(proxy.accessLog, 'utf8')
    await expect.poll(log).toContain('/health')
    expect(await log()).not.toContain(token)
  },
)
