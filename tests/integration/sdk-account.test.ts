import { afterEach, expect, it } from 'vitest'
import { granted } from '../../scripts/demo/party.ts'
import type { Daemon } from '../../src/daemon/daemon.ts'
import { connectClient, type SignalingClient } from '../../src/sdk/client.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'

const alice = { username: 'alice', password_hash: 'secret' }

let daemon: Daemon | undefined
const clients: SignalingClient[] = []

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  await daemon?.stop()
  daemon = undefined
})

async function connect(): Promise<SignalingClient> {
  daemon ??= await startTestDaemon()
  const client = await connectClient({ host: '127.0.0.1', port: daemon.port })
  clients.push(client)
  granted(await client.hello())
  return client
}

it('ACCOUNT-1 ACCOUNT-3 ACCOUNT-4 a client changes the password and deletes the account', async () => {
  const client = await connect()
  granted(await client.register(alice))
  granted(await client.logIn(alice))
  const wrong = await client.changePassword({ password_hash: 'a guess', new_password_hash: 'new' })
  expect(wrong).toMatchObject({ ok: false, error: { reason: 'invalid_credentials' } })
  granted(await client.changePassword({ password_hash: 'secret', new_password_hash: 'new' }))
  // The session goes on, also on another connection.
  client.cut()
  granted(await client.resume())

  expect(await client.deleteAccount('secret')).toMatchObject({ ok: false })
  granted(await client.deleteAccount('new'))
  expect(await client.logIn({ ...alice, password_hash: 'new' })).toMatchObject({
    ok: false,
    error: { reason: 'invalid_credentials' },
  })
  granted(await client.register(alice))
  granted(await client.logIn(alice))
})

it('ACCOUNT-4 RESUME-3 who has deleted the account does not resume', async () => {
  const client = await connect()
  granted(await client.register(alice))
  granted(await client.logIn(alice))
  granted(await client.deleteAccount('secret'))
  client.cut()
  expect(await client.resume()).toMatchObject({ ok: false, error: { reason: 'unknown' } })
})
