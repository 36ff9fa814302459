import { expect, test } from 'vitest'
import { granted } from '../../../scripts/demo/party.ts'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { connectClient, type SignalingClient } from '../../../src/sdk/client.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { IssuerServer } from '../../support/tokens/issuer-server.ts'
import { AUDIENCE } from '../../support/tokens/issuers.ts'

const ends = endsAfterEach()

async function connect(daemon: Daemon): Promise<SignalingClient> {
  const client = await connectClient({ host: '127.0.0.1', port: daemon.port })
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
  const [alice, bob] = [await connect(daemon), await connect(daemon)]
  granted(await alice.hello())
  const caller = granted(await alice.logIn({ token: issuer.token('alice') }))
  granted(await bob.hello())
  const callee = granted(await bob.logIn({ token: issuer.token('bob') }))
  expect([caller.username, callee.username]).toEqual(['alice', 'bob'])
  alice.send({ type: 'CALL_REQUEST', payload: { to_user_id: callee.user_id } })
  const { payload } = await bob.next('CALL_NOTIFICATION')
  expect(payload.from_username).toBe('alice')
  // The session goes on elsewhere without the token.
  bob.cut()
  granted(await bob.resume())
  expect(issuer.asked).toBe(1)
})

test('TOKEN-4 TOKEN-12 TOKEN-13 what is refused is refused with its reason, and the connection lives', async () => {
  const { daemon, issuer, spied } = await start()
  const client = await connect(daemon)
  granted(await client.register({ username: 'bob', password_hash: 'secret' }))
  const reasons = []
  for (const login of [
    { token: issuer.token('bob') },
    { token: issuer.token('alice', Date.now() - 100_000) },
    { token: `${issuer.token('alice')}AAAA` },
    { token: 'x'.repeat(8000) },
    { username: 'carol', password_hash: 'secret' },
  ]) {
    const answer = await client.logIn(login)
    reasons.push(answer.ok ? 'in' : answer.error.reason)
  }
  expect(reasons).toEqual([
    'invalid_token',
    'expired_token',
    'invalid_token',
    'invalid_token',
    'invalid_credentials',
  ])
  granted(await client.logIn({ token: issuer.token('carol') }))
  granted(await client.logOut())
  expect(await client.logIn({ username: 'carol', password_hash: 'secret' })).toMatchObject({
    ok: false,
    error: { reason: 'invalid_credentials' },
  })
  granted(await client.logIn({ username: 'bob', password_hash: 'secret' }))
  expect(JSON.stringify(spied.lines)).not.toContain(issuer.token('bob').split('.')[0])
})
