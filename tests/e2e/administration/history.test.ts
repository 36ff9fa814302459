import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { ctl } from '../../support/programs/control.ts'
import { spawnDaemon } from '../../support/programs/spawned-daemon.ts'
import { logIn } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const { afterwards, connect } = visits()
const config = { security: { bcrypt_cost: 4 } }

test('ADMIN-25 HIST-7 HIST-8 what somebody was told of a call is there after kill -9, and goes with the account', async () => {
  const first = await spawnDaemon({ config })
  afterwards(() => rm(first.cwd, { recursive: true, force: true }))
  afterwards(() => first.stop('SIGKILL'))
  const bob = await connect(first, ['history'])
  const bobId = await logIn(bob, 'bob')
  const alice = await connect(first, ['call_control'])
  await logIn(alice, 'alice')
  alice.send(T.CALL_REQUEST, { to_user_id: bobId })
  alice.send(T.HANGUP, { call_id: (await alice.next(T.RINGING)).payload['call_id'] })
  expect((await bob.next(T.HISTORY_SEEN)).payload).toEqual({ unseen: 0 })
  expect((await bob.next(T.HISTORY_SEEN)).payload).toEqual({ unseen: 1 })
  bob.send(T.LOGOUT_REQUEST, {})
  await bob.next(T.LOGOUT_RESPONSE)
  alice.send(T.CALL_REQUEST, { to_user_id: bobId })
  await alice.next(T.ERROR)
  await first.stop('SIGKILL')

  const second = await spawnDaemon({ config, cwd: first.cwd })
  afterwards(() => second.stop('SIGKILL'))
  const listed = await ctl(second, ['history', 'bob', '--json'])
  expect(JSON.parse(listed.out)).toMatchObject({
    calls: [
      { direction: 'incoming', peer: 'alice', outcome: 'missed', reason: 'user_unavailable', seen: false },
      { direction: 'incoming', peer: 'alice', outcome: 'missed', reason: 'hangup', seen: false },
    ],
    unseen: 2,
  })
  const lines = (await ctl(second, ['history', 'bob', '--missed', '--limit', '1'])).out.split('\n')
  expect(lines[0]).toMatch(/^STARTED +DIRECTION +PEER +OUTCOME +REASON +SECONDS +SCORE$/)
  expect(lines[1]).toMatch(/^\d{4}-\S+Z +incoming +alice +missed \* +user_unavailable +0 +-$/)
  expect(lines[2]).toBe('* not seen: 2')
  expect(await ctl(second, ['history', 'nobody'])).toMatchObject({ code: 1 })

  await ctl(second, ['users', 'remove', 'alice'])
  const { out } = await ctl(second, ['history', 'bob', '--json'])
  expect(JSON.parse(out)).toMatchObject({ calls: [{ peer: null }, { peer: null }] })
})
