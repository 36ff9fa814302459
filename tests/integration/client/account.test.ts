import { type Client, connect } from 'roomrtc-client'
import { expect, it } from 'vitest'
import { holdLine } from '../../../scripts/support/held-line.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'

const ends = endsAfterEach()
const alice = { username: 'alice', password: 'secret' }

async function join() {
  const daemon = await startTestDaemon()
  ends.push(() => daemon.stop())
  const line = holdLine()
  const client = await connect(`tcp://127.0.0.1:${daemon.port}`, {
    reconnect: { firstMs: 10 },
    surroundings: line.surroundings,
  })
  ends.push(() => client.close())
  return { client, line }
}

it('ACCOUNT-1 ACCOUNT-3 ACCOUNT-4 a client changes the password and deletes the account', async () => {
  const { client, line } = await join()
  await client.register(alice)
  await client.login(alice)
  const wrong = client.changePassword({ present: 'a guess', next: 'new' })
  await expect(wrong).rejects.toMatchObject({ code: 'refused', reason: 'invalid_credentials' })
  await client.changePassword({ present: 'secret', next: 'new' })
  // The session goes on, also on another connection.
  line.cut()
  await client.roundTrip()
  expect(client.me).toMatchObject({ username: 'alice' })

  await expect(client.deleteAccount({ password: 'secret' })).rejects.toMatchObject({ code: 'refused' })
  await client.deleteAccount({ password: 'new' })
  expect(client.me).toBeUndefined()
  await expect(client.login({ ...alice, password: 'new' })).rejects.toMatchObject({
    reason: 'invalid_credentials',
  })
  await client.register(alice)
  await client.login(alice)
})

it('RESUME-3 RESUME-16 after a change of the password it logs in with the new one where it cannot resume', async () => {
  const daemon = await startTestDaemon({ resume: { window_ms: 1 } })
  ends.push(() => daemon.stop())
  const line = holdLine()
  const client = await connect(`tcp://127.0.0.1:${daemon.port}`, { surroundings: line.surroundings })
  ends.push(() => client.close())
  await client.register(alice)
  await client.login(alice)
  await client.changePassword({ present: 'secret', next: 'new' })
  const other = await watcher(daemon.port)
  const lost = new Promise((resolve) => client.on('loss', resolve))
  line.goOffline()
  await expect.poll(() => other.users.named('alice')?.state).toBe('Disconnected')
  line.comeBack()
  expect(await lost).toMatchObject({ reason: 'expired', call: undefined, mediaMayRun: false })
  expect(client.state.name).toBe('online')
})

async function watcher(port: number): Promise<Client> {
  const client = await connect(`tcp://127.0.0.1:${port}`)
  ends.push(() => client.close())
  await client.register({ username: 'watcher', password: 'secret' })
  await client.login({ username: 'watcher', password: 'secret' })
  return client
}

it('PKG-50 ACCOUNT-9 what is said about disturbing holds over logins, and each change is told', async () => {
  const { client, line } = await join()
  const told: boolean[] = []
  client.on('doNotDisturb', (on) => told.push(on))
  await client.register(alice)
  await client.login(alice)
  expect(client.doNotDisturb).toBe(false)
  await client.setDoNotDisturb(true)
  expect(client.doNotDisturb).toBe(true)
  line.cut()
  await client.roundTrip()
  expect(client.doNotDisturb).toBe(true)
  await client.logout()
  expect(client.doNotDisturb).toBe(false)
  await client.login(alice)
  expect(client.doNotDisturb).toBe(true)
  expect(told).toEqual([true, false, true])
})
