import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { beforeEach, expect } from 'vitest'
import { writeSelfSigned } from '../../../scripts/support/write-self-signed.ts'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { v1Header } from '../../support/wire/proxy-headers.ts'
import { connectRaw, RawClient } from '../../support/wire/raw-client.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()
let server: { enable_tls: true; cert_path: string; key_path: string }

beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-handshakes-'))
  ends.push(() => rm(directory, { recursive: true }))
  server = { enable_tls: true, ...(await writeSelfSigned(directory)) }
})

async function client({ port }: Daemon): Promise<RawClient> {
  const connected = await connectRaw(port, {})
  ends.push(() => connected.close())
  return connected
}

unlessSplit('limits')(
  'RATE-8 a handshake that comes to nothing costs its address what a connection does',
  async () => {
    const daemon = await startTestDaemon({ server, rate_limits: { address_per_minute: 20 } })
    ends.push(() => daemon.stop())
    for (let i = 0; i < 4; i++) {
      const leaving = connectTcp({ port: daemon.port, host: '127.0.0.1' }).resume()
      // The head of a ClientHello.
      leaving.end(Buffer.from('1603010200010001fc0303', 'hex'))
      await once(leaving, 'close')
    }
    const late = await client(daemon)
    expect((await late.untilClosed()).map(({ payload }) => payload['reason'])).toEqual(['rate_limited'])
  },
)

unlessSplit('limits')(
  'RATE-8 an address that is refused again and again is cut before its handshake; others come in',
  async () => {
    const daemon = await startTestDaemon({
      server,
      security: { max_requests_per_minute: 1 },
      rate_limits: { max_score: 1 },
    })
    ends.push(() => daemon.stop())
    const flooder = await client(daemon)
    for (let i = 0; i < 3; i++) flooder.send(T.HEARTBEAT, { timestamp: i })
    expect((await flooder.untilClosed()).at(-1)?.payload).toMatchObject({ reason: 'flooding' })
    let told = 0
    let cut = false
    while (!cut && told < 1000) {
      const socket = connectTls({ port: daemon.port, host: '127.0.0.1', rejectUnauthorized: false })
      const shaken = await once(socket, 'secureConnect').then(
        () => true,
        () => false,
      )
      if (shaken) {
        expect((await new RawClient(socket).untilClosed())[0]?.payload).toMatchObject({
          reason: 'address_banned',
        })
        told += 1
      } else cut = true
      socket.destroy()
    }
    expect(cut).toBe(true)
    expect(told).toBeGreaterThanOrEqual(60)
    const elsewhere = connectTcp({ port: daemon.port, host: '127.0.0.1', localAddress: '127.0.0.9' })
    const other = new RawClient(connectTls({ socket: elsewhere, rejectUnauthorized: false }))
    ends.push(() => other.close())
    await other.drain()
  },
)

unlessSplit('limits')(
  'BOUND-5 PROXY-8 in their handshake behind a proxy guests count for the address that the header tells',
  async () => {
    const daemon = await startTestDaemon({
      server: { ...server, max_guests_per_address: 2 },
      proxy: { networks: ['127.0.0.0/8'] },
    })
    ends.push(() => daemon.stop())
    const silent = async (address: string) => {
      const socket = connectTcp({ port: daemon.port, host: '127.0.0.1' }).resume()
      ends.push(() => Promise.resolve(socket.destroy()))
      await once(socket, 'connect')
      socket.write(v1Header(address, 4711))
      return socket
    }
    const other = await silent('192.0.2.8')
    const first = await silent('192.0.2.7')
    const gone = once(first, 'close')
    const later = [await silent('192.0.2.7'), await silent('192.0.2.7')]
    await gone
    expect([other, ...later].map(({ closed }) => closed)).toEqual([false, false, false])
  },
)
