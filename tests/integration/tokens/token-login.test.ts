import { type Call, type Client, connect, RoomRtcError } from 'roomrtc-client'
import { expect, test } from 'vitest'
import { holdLine } from '../../../scripts/support/held-line.ts'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { NODES } from '../../support/nodes/count.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { IssuerServer } from '../../support/tokens/issuer-server.ts'
import { AUDIENCE } from '../../support/tokens/issuers.ts'

const ends = endsAfterEach()

async function join({ port }: Daemon, line = holdLine()): Promise<Client> {
  const client = await connect(`tcp://127.0.0.1:${port}`, { surroundings: line.surroundings })
  ends.push(() => client.close())
  return client
}

/** A daemon, and an issuer whose tokens count there. */
async function start() {
  const issuer = await IssuerServer.start()
  ends.push(() => issuer.close())
  const spied = createSpyLog()
  const entry = { issuer: issuer.url, audience: AUDIENCE, jwks_url: issuer.url }
  const daemon = await startTestDaemon({ tokens: { issuers: [entry] } }, spied.log)
  ends.push(() => daemon.stop())
  return { daemon, issuer, spied }
}

test('TOKEN-2 TOKEN-11 TOKEN-14 users of an application log in over TCP with its tokens, and call each other', async () => {
  const { daemon, issuer } = await start()
  const line = holdLine()
  const [alice, bob] = [await join(daemon), await join(daemon, line)]
  const caller = await alice.login({ token: issuer.token('alice') })
  const callee = await bob.login({ token: issuer.token('bob') })
  expect([caller.username, callee.username]).toEqual(['alice', 'bob'])
  const rings = new Promise<Call>((resolve) => bob.on('call', resolve))
  const out = alice.call(callee)
  const incoming = await rings
  expect(incoming.peer.username).toBe('alice')
  // The session goes on elsewhere without the token.
  line.cut()
  incoming.accept()
  await out.until('active')
  // Each node asks once.
  expect(issuer.asked).toBe(Math.max(1, NODES))
})

test('TOKEN-4 TOKEN-12 TOKEN-13 what is refused is refused with its reason, and the connection lives', async () => {
  const { daemon, issuer, spied } = await start()
  const client = await join(daemon)
  await client.register({ username: 'bob', password: 'secret' })
  const reasons = []
  for (const login of [
    { token: issuer.token('bob') },
    { token: issuer.token('alice', Date.now() - 100_000) },
    { token: `${issuer.token('alice')}AAAA` },
    { token: 'x'.repeat(8000) },
    { username: 'carol', password: 'secret' },
  ]) {
    reasons.push(await client.login(login).then(() => 'in', reasonOf))
  }
  expect(reasons).toEqual([
    'invalid_token',
    'expired_token',
    'invalid_token',
    'invalid_token',
    'invalid_credentials',
  ])
  await client.login({ token: issuer.token('carol') })
  await client.logout()
  await expect(client.login({ username: 'carol', password: 'secret' })).rejects.toMatchObject({
    reason: 'invalid_credentials',
  })
  await client.login({ username: 'bob', password: 'secret' })
  expect(JSON.stringify(spied.lines)).not.toContain(issuer.token('bob').split('.')[0])
})

function reasonOf(error: unknown): unknown {
  return error instanceof RoomRtcError ? error.reason : error
}
