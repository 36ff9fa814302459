import { afterEach, expect, it } from 'vitest'
import { granted } from '../../scripts/demo/party.ts'
import type { Daemon } from '../../src/daemon/daemon.ts'
import { connectClient, type SignalingClient } from '../../src/sdk/client.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'

const MANY = 100

let daemon: Daemon | undefined
const clients: SignalingClient[] = []

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  await daemon?.stop()
})

interface User {
  readonly client: SignalingClient
  readonly userId: string
}

async function connect(port: number, username: string): Promise<User> {
  const client = await connectClient({ host: '127.0.0.1', port })
  clients.push(client)
  granted(await client.hello())
  await client.register({ username, password_hash: 'secret' })
  const { user_id: userId } = granted(await client.logIn({ username, password_hash: 'secret' }))
  return { client, userId }
}

/** alice and bob in an active call. */
async function callUp(port: number): Promise<{ alice: User; bob: User; call_id: string }> {
  const [alice, bob] = [await connect(port, 'alice'), await connect(port, 'bob')]
  alice.client.send({ type: 'CALL_REQUEST', payload: { to_user_id: bob.userId } })
  const { call_id } = (await bob.client.next('CALL_NOTIFICATION')).payload
  bob.client.send({ type: 'CALL_RESPONSE', payload: { call_id, accepted: true } })
  await alice.client.next('CALL_ACCEPTED')
  return { alice, bob, call_id }
}

/** Sends numbered candidates: from the first up to before the end. */
function tell({ client }: User, to: User, call_id: string, first: number, end: number): void {
  for (let i = first; i < end; i += 1) {
    const payload = { call_id, to_user_id: to.userId, sdp_mid: '', sdp_mline_index: 0, candidate: String(i) }
    client.send({ type: 'ICE_CANDIDATE', payload })
  }
}

async function hear({ client }: User, count: number): Promise<number[]> {
  const heard: number[] = []
  while (heard.length < count) heard.push(Number((await client.next('ICE_CANDIDATE')).payload.candidate))
  return heard
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

it('RESUME-2 RESUME-4 RELAY-4 whatever either side sends before, between and after cuts is there once and in order', async () => {
  daemon = await startTestDaemon()
  const { alice, bob, call_id } = await callUp(daemon.port)
  const heard = Promise.all([hear(alice, 3 * MANY), hear(bob, 3 * MANY)])
  for (const round of [0, 1, 2]) {
    const [first, end] = [round * MANY, (round + 1) * MANY]
    tell(alice, bob, call_id, first, end - 10)
    tell(bob, alice, call_id, first, end - 10)
    // What is on its way is lost now, all of it or some of it.
    if (round !== 1) alice.client.cut()
    if (round !== 0) bob.client.cut()
    tell(alice, bob, call_id, end - 10, end)
    tell(bob, alice, call_id, end - 10, end)
    const outcomes = await Promise.all([alice.client.resume(), bob.client.resume()])
    for (const outcome of outcomes) expect(granted(outcome).call).toMatchObject({ call_id, phase: 'active' })
  }
  expect(await heard).toEqual([numbers(3 * MANY), numbers(3 * MANY)])

  alice.client.send({ type: 'HANGUP', payload: { call_id } })
  expect((await bob.client.next('HANGUP', 'ICE_CANDIDATE', 'ERROR')).type).toBe('HANGUP')
})

it('HELLO-1 gives what was agreed on, with the limits', async () => {
  daemon = await startTestDaemon({ resume: { window_ms: 1234 } })
  const client = await connectClient({ host: '127.0.0.1', port: daemon.port })
  clients.push(client)
  expect(granted(await client.hello(['goaway']))).toMatchObject({ capabilities: ['goaway'] })
  const all = granted(await client.hello())
  expect(all.capabilities).toEqual(['resume', 'call_control', 'ice_servers', 'goaway', 'account'])
  expect(all.limits.resume_window_ms).toBe(1234)
  expect(all.server).toMatch(/^roomrtc-server\//)
})

it('HELLO-5 RESUME-3 without the capability a lost connection is the end, as it was', async () => {
  daemon = await startTestDaemon()
  const client = await connectClient({ host: '127.0.0.1', port: daemon.port })
  clients.push(client)
  granted(await client.hello(['call_control', 'goaway']))
  granted(await client.register({ username: 'alice', password_hash: 'secret' }))
  granted(await client.logIn({ username: 'alice', password_hash: 'secret' }))
  const waiting = expect(client.next('HANGUP')).rejects.toMatchObject({ code: 'closed' })
  client.cut()
  await waiting
  expect(await client.resume()).toMatchObject({ ok: false, error: { reason: 'unknown' } })
})

it('RESUME-3 a session whose window is over is expired', async () => {
  daemon = await startTestDaemon({ resume: { window_ms: 1 } })
  const [alice, bob] = [await connect(daemon.port, 'alice'), await connect(daemon.port, 'bob')]
  alice.client.cut()
  while ((await bob.client.next('USER_STATE_UPDATE')).payload.state !== 'Disconnected');
  expect(await alice.client.resume()).toMatchObject({ ok: false, error: { reason: 'expired' } })
})

it('RESUME-3 SESS-1 a session that another login took over is replaced', async () => {
  daemon = await startTestDaemon()
  const alice = await connect(daemon.port, 'alice')
  alice.client.cut()
  await connect(daemon.port, 'alice')
  expect(await alice.client.resume()).toMatchObject({ ok: false, error: { reason: 'replaced' } })
})

it('RESUME-3 RESUME-8 a session that has missed more than is kept is at its end: overflow', async () => {
  daemon = await startTestDaemon({ resume: { max_outbox_frames: 16 } })
  const { alice, bob, call_id } = await callUp(daemon.port)
  alice.client.cut()
  tell(bob, alice, call_id, 0, 17)
  granted(await bob.client.listUsers())
  expect(await alice.client.resume()).toMatchObject({ ok: false, error: { reason: 'overflow' } })
  await expect(alice.client.next('HANGUP')).rejects.toMatchObject({ code: 'closed' })
})

it('RESUME-1 RESUME-8 who reads and acknowledges is never overrun, however small the outbox', async () => {
  daemon = await startTestDaemon({ resume: { max_outbox_frames: 16 } })
  const { alice, bob, call_id } = await callUp(daemon.port)
  tell(bob, alice, call_id, 0, MANY)
  expect(await hear(alice, MANY)).toEqual(numbers(MANY))
  granted(await alice.client.listUsers())
  alice.client.cut()
  tell(bob, alice, call_id, MANY, MANY + 5)
  granted(await bob.client.listUsers())
  granted(await alice.client.resume())
  expect(await hear(alice, 5)).toEqual([100, 101, 102, 103, 104])
})

it('RESUME-9 a connection that still lives is given up for the new one', async () => {
  daemon = await startTestDaemon()
  const { alice, bob, call_id } = await callUp(daemon.port)
  granted(await alice.client.resume())
  tell(bob, alice, call_id, 0, 1)
  expect(await hear(alice, 1)).toEqual([0])
})

it('a try that finds nobody leaves another one open', async () => {
  daemon = await startTestDaemon()
  const { alice, bob, call_id } = await callUp(daemon.port)
  const heard = hear(alice, 1)
  // Where the daemon does not listen, and with its port nobody else does: a port that was let go might be taken by others.
  const elsewhere = { host: '127.0.0.2', port: daemon.port }
  await expect(alice.client.resume(elsewhere)).rejects.toMatchObject({ code: 'unreachable' })
  granted(await alice.client.resume())
  tell(bob, alice, call_id, 0, 1)
  expect(await heard).toEqual([0])
})

it('LIFE-11 GOAWAY comes before the connection is lost', async () => {
  daemon = await startTestDaemon({ server: { reconnect_after_ms: 321 } })
  const alice = await connect(daemon.port, 'alice')
  await Promise.all([daemon.stop(), alice.client.lost])
  daemon = undefined
  expect((await alice.client.next('GOAWAY')).payload.reconnect_after_ms).toBe(321)
})
