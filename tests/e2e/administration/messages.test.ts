import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ctl } from '../../support/programs/control.ts'
import { spawnDaemon } from '../../support/programs/spawned-daemon.ts'
import { logIn } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const { afterwards, connect } = visits()
const config = { security: { bcrypt_cost: 4 }, messages: { enabled: true } }

test('MSG-1 MSG-9 MSG-13 what was acknowledged is there after kill -9; it is exported, purged, and never in the log', async () => {
  const first = await spawnDaemon({ config })
  afterwards(() => rm(first.cwd, { recursive: true, force: true }))
  afterwards(() => first.stop('SIGKILL'))
  const bob = await connect(first, ['messages'])
  const bobId = await logIn(bob, 'bob')
  const alice = await connect(first, ['messages'])
  await logIn(alice, 'alice')
  const secret = 'a text that nobody else reads'
  const message = { to_user_id: bobId, text: secret, client_id: 'one' }
  alice.send(T.MESSAGE_SEND, message)
  const { payload: sent } = await alice.next(T.MESSAGE)
  expect((await bob.next(T.MESSAGE)).payload).toMatchObject({ message_id: sent['message_id'], text: secret })
  await first.stop('SIGKILL')
  expect((await stat(join(first.cwd, 'messages.db'))).mode & 0o777).toBe(0o600)

  const second = await spawnDaemon({ config, cwd: first.cwd })
  afterwards(() => second.stop('SIGKILL'))
  const again = await connect(second, ['messages'])
  await logIn(again, 'alice')
  again.send(T.MESSAGE_SEND, message)
  expect((await again.next(T.MESSAGE)).payload).toEqual(sent)
  const lines = (await ctl(second, ['messages', 'export'])).out.trim().split('\n')
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { message: sent['message_id'], conversation: sent['conversation_id'], text: secret, deleted_at: null },
  ])
  expect((await ctl(second, ['messages', 'purge', '--older-than', '1'])).out).toBe('removed 0 messages\n')
  expect((await ctl(second, ['messages', 'purge', '--older-than', '0'])).out).toBe('removed 1 messages\n')
  expect((await ctl(second, ['messages', 'export'])).out).toBe('')
  expect(await ctl(second, ['messages', 'purge', '--older-than', 'x'])).toMatchObject({ code: 2 })
  for (const daemon of [first, second]) expect(JSON.stringify(daemon.lines)).not.toContain(secret)
})
