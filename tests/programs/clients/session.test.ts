import { rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { ctl } from '../../support/programs/control.ts'
import { findFreePort } from '../../support/programs/free-port.ts'
import { spawnDaemon, type SpawnedDaemon } from '../../support/programs/spawned-daemon.ts'
import { run } from '../program.ts'
import { startCutter } from './cutter.ts'
import { callUp, type Party, type StartParty } from './party.ts'
import { hasCompiler, hasPython, PYTHON, startPython, useSanitizedC } from './programs.ts'

const KEPT = 16

const ends = endsAfterEach()
const { startSanitized } = useSanitizedC()

type Daemon = Pick<SpawnedDaemon, 'port' | 'cwd'>

async function spawn(config: Readonly<Record<string, object>> = {}, before?: Daemon): Promise<SpawnedDaemon> {
  const server = { reconnect_after_ms: 50, ...(before !== undefined && { port: before.port }) }
  const options = { config: { security: { bcrypt_cost: 4 }, ...config, server } }
  const daemon = await spawnDaemon(before === undefined ? options : { ...options, cwd: before.cwd })
  ends.push(async () => {
    await daemon.stop('SIGKILL')
    if (before === undefined) rmSync(daemon.cwd, { recursive: true, force: true })
  })
  return daemon
}

type Who = readonly [who: string, start: StartParty, other: StartParty]

const python: Who = ['PY-11 Python', startPython, startSanitized]
const c: Who = ['C-10 C', startSanitized, startPython]

describe.skipIf(!hasPython || !hasCompiler)('with a real server', () => {
  test.each([python, c])(
    '%s logs in with a token, and is told of one that does not count',
    async (_, start) => {
      const daemon = await spawn()
      expect((await ctl(daemon, ['users', 'add', 'alice'], 'a long password\n')).code).toBe(0)
      const { out } = await ctl(daemon, ['tokens', 'issue', 'alice'])
      const alice = await start(ends, daemon, 'alice', { secret: out.trim(), token: true })
      await alice.says('here alice')
      expect(await alice.leaves()).toBe(0)
      const forged = await start(ends, daemon, 'alice', { secret: `${out.trim()}x`, token: true })
      await forged.says('refused invalid_token')
    },
  )

  test.each([python, c])(
    '%s: two who call each other at the same time have one call',
    async (_, start, other) => {
      const daemon = await startTestDaemon()
      ends.push(() => daemon.stop())
      const [alice, bob] = [await start(ends, daemon, 'alice'), await other(ends, daemon, 'bob')]
      await Promise.all([alice.says('here alice'), bob.says('here bob')])
      alice.tell('call bob')
      bob.tell('call alice')
      const active = ({ lines }: Party) => lines.filter((line) => line.startsWith('active '))
      await expect
        .poll(() => [...active(alice), ...active(bob)].toSorted())
        .toEqual(['active callee', 'active caller'])
      const [caller, callee] = active(alice)[0] === 'active caller' ? [alice, bob] : [bob, alice]
      caller.tell('offer anew')
      await callee.says('offer anew')
      callee.tell('hangup')
      await caller.says('ended hangup')
      expect(await Promise.all([alice.leaves(), bob.leaves()])).toEqual([0, 0])
    },
  )

  test.each([python, c])('%s: to call who is calling here is to accept', async (_, start, other) => {
    const daemon = await startTestDaemon()
    ends.push(() => daemon.stop())
    const [alice, bob] = [await start(ends, daemon, 'alice'), await other(ends, daemon, 'bob')]
    await Promise.all([alice.says('here alice'), bob.says('here bob')])
    bob.tell('call alice')
    await alice.says('incoming bob')
    alice.tell('call bob')
    await Promise.all([alice.says('active callee'), bob.says('active caller')])
  })

  test.each([python, c])(
    '%s logs in again where it has missed too much to resume',
    async (_, start, other) => {
      const daemon = await startTestDaemon({ resume: { max_outbox_frames: KEPT } })
      ends.push(() => daemon.stop())
      const nobody = await findFreePort('tcp')
      let isAway = false
      const cutter = await startCutter(ends, () => (isAway ? nobody : daemon.port))
      const alice = await start(ends, { port: cutter.port }, 'alice')
      const bob = await other(ends, daemon, 'bob')
      await callUp(alice, bob)
      isAway = true
      cutter.cut()
      await bob.says('peer away')
      for (let at = 0; at <= 2 * KEPT; at += 1) bob.tell(`candidate ${at}`)
      // What answers this comes after them.
      bob.tell('call nobody')
      await bob.says('refused user_not_found')
      isAway = false
      await Promise.all([alice.says('ended session_lost'), alice.says('logged-in-again overflow')])
      await bob.says('ended replaced')
      alice.tell('call bob')
      await bob.says('incoming alice', 2)
    },
  )

  test.each([python, c])(
    '%s goes on with its call while the server drains, and after it',
    async (_, start, other) => {
      const daemon = await spawn({ drain: { grace_ms: 1000, window_ms: 100 } })
      const [alice, bob] = [await start(ends, daemon, 'alice'), await other(ends, daemon, 'bob')]
      await callUp(alice, bob)
      const stopped = daemon.stop('SIGTERM')
      await Promise.all([alice.says('goaway draining'), bob.says('goaway draining')])
      alice.tell('candidate while it drains')
      await bob.says('candidate while it drains')
      await stopped
      await spawn({}, daemon)
      await Promise.all([alice.says('resumed'), bob.says('resumed')])
      bob.tell('offer anew')
      await alice.says('offer anew')
      expect(alice.lines.filter((line) => line.startsWith('ended'))).toEqual([])
    },
  )
})

const ACCOUNT = `
import asyncio, sys
import roomrtc

OLD, NEW = "the old password", "the new password"

async def refusal(of):
    try:
        await of
    except roomrtc.Refused as refused:
        return refused.reason

async def main(port):
    async with roomrtc.Client("127.0.0.1", port) as alice, roomrtc.Client("127.0.0.1", port) as other:
        await alice.register("alice", OLD)
        await alice.login("alice", OLD)
        print(await refusal(alice.change_password("guessed", NEW)))
        await alice.change_password(OLD, NEW)
        print(await refusal(other.login("alice", OLD)))
        await alice.logout()
        await alice.login("alice", NEW)
        print("here", alice.username)
        print(await refusal(alice.delete_account(OLD)))
        await alice.delete_account(NEW)
        print(await refusal(alice.find("alice")))
        print(await refusal(alice.login("alice", NEW)))

asyncio.run(main(int(sys.argv[1])))
`

test.skipIf(!hasPython)('PY-12 Python changes its password, and deletes its account', async () => {
  const daemon = await spawn()
  const env = { PYTHONPATH: 'clients/python', PYTHONDONTWRITEBYTECODE: '1' }
  const printed = run(PYTHON, ['-X', 'dev', '-c', ACCOUNT, String(daemon.port)], env)
  expect(printed.trim().split('\n')).toEqual([
    'invalid_credentials',
    'invalid_credentials',
    'here alice',
    'invalid_credentials',
    'login_required',
    'invalid_credentials',
  ])
})
