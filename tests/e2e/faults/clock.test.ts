import { rmSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { logIn, type RawClient, setUpCall } from '../../support/wire/raw-client.ts'
import { expectRelay } from '../../support/wire/relay.ts'
import { spawnDaemon, type SpawnedDaemon } from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const HOUR_MS = 3_600_000
const LONG_MS = 600_000

/** Sets the wall clock of the process: an hour forward at SIGWINCH, two hours back at the next one, and so on. */
const SETTABLE_CLOCK = `
  const now = Date.now
  let by = Number(process.env.CLOCK_BY_MS)
  Date.now = () => now() + by
  process.on('SIGWINCH', () => { by = by > 0 ? -${HOUR_MS} : ${HOUR_MS} })`

// Six HEARTBEATs and two starts, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 })

const { afterwards, connect } = visits()

async function start(byMs: number, cwd?: string): Promise<SpawnedDaemon> {
  const daemon = await spawnDaemon({
    config: {
      security: { bcrypt_cost: 4, session_timeout_secs: LONG_MS / 1000 },
      limits: { login_timeout_ms: LONG_MS, frame_timeout_ms: LONG_MS, handshake_timeout_ms: LONG_MS },
      calls: { ring_timeout_ms: LONG_MS },
      resume: { window_ms: LONG_MS },
      heartbeat: { interval_ms: 500 },
    },
    env: {
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(SETTABLE_CLOCK)}`,
      CLOCK_BY_MS: String(byMs),
    },
    ...(cwd === undefined ? {} : { cwd }),
  })
  if (cwd === undefined) {
    afterwards(() => {
      rmSync(daemon.cwd, { recursive: true })
    })
  }
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

async function tokenOf(client: RawClient, username: string): Promise<unknown> {
  client.send(T.LOGIN_REQUEST, { username, password_hash: `secret of ${username}` })
  return (await client.next(T.LOGIN_RESPONSE)).payload['session_token']
}

async function resume(daemon: SpawnedDaemon, session_token: unknown) {
  const client = await connect(daemon, ['resume'])
  client.send(T.RESUME, { session_token, last_seq: 0 })
  return (await client.next(T.RESUMED)).payload
}

test('LIFE-27 the clock is set by an hour, forward, back, and during a restart: nobody loses session, call or connection', async () => {
  const daemon = await start(0)
  const [alice, bob] = [await connect(daemon, ['resume']), await connect(daemon, ['resume'])]
  const pair = { alice, bob, ...(await setUpCall(alice, bob)) }
  const [caller, callee, away, watch] = [
    await connect(daemon),
    await connect(daemon),
    await connect(daemon, ['resume']),
    await connect(daemon),
  ]
  await logIn(caller, 'caller')
  caller.send(T.CALL_REQUEST, { to_user_id: await logIn(callee, 'callee') })
  const { call_id } = (await callee.next(T.CALL_NOTIFICATION)).payload
  await logIn(away, 'away')
  const tokenOfAway = await tokenOf(away, 'away')
  await away.close()
  const [guest, slow] = [await connect(daemon), await connect(daemon)]
  await guest.drain()
  slow.sendBytes(Buffer.from([0, 0, 0]))
  await logIn(watch, 'watch')

  /** Whoever never sends HEARTBEAT gets them: the server has looked at its deadlines, and they show its time. */
  const untilClockSays = async (byMs: number) => {
    const tells = async () => Number((await watch.next(T.HEARTBEAT)).payload['timestamp'])
    while (Math.abs((await tells()) - Date.now() - byMs) > HOUR_MS / 2);
    await tells()
  }
  await untilClockSays(0)
  for (const byMs of [HOUR_MS, -HOUR_MS]) {
    daemon.child.kill('SIGWINCH')
    await untilClockSays(byMs)
    await expectRelay(pair)
    for (const one of [caller, callee, guest]) await one.drain()
    expect(slow.closed).toBe(false)
  }
  callee.send(T.CALL_RESPONSE, { call_id, accepted: true })
  await caller.next(T.CALL_ACCEPTED)
  slow.sendBytes(Buffer.from([0]))
  await slow.untilClosed()
  expect(await resume(daemon, tokenOfAway)).toMatchObject({ username: 'away' })

  const token = await tokenOf(alice, 'alice')
  daemon.child.kill('SIGWINCH')
  await untilClockSays(HOUR_MS)
  expect(await daemon.stop()).toBe(0)
  const next = await start(0, daemon.cwd)
  expect(next.lines.filter(({ level }) => level === 'warn')).toEqual([])
  expect(await resume(next, token)).toMatchObject({ username: 'alice', call: { call_id: pair.call_id } })
})
