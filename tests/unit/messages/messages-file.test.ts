import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Messages } from '../../../src/application/ports/messages.ts'
import { openDatabase } from '../../../src/infrastructure/messages-sqlite/open-database.ts'
import { openMessages } from '../../../src/infrastructure/messages-sqlite/open-messages.ts'
import { makeMessageStore } from '../../../src/infrastructure/messages-sqlite/store.ts'
import { silentLog } from '../../support/house/silent-log.ts'
import { message } from './some-message.ts'
import { messageFilesContract } from './message-files.contract.ts'
import { messagesContract } from './messages.contract.ts'

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'roomrtc-messages-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

async function open(path: string): Promise<Messages> {
  const messages = await openMessages({ path, log: silentLog })
  onTestFinished(() => messages.close())
  return messages
}

messagesContract('messages in SQLite', async () => open(join(await directory(), 'messages.db')))

messageFilesContract('files of messages in SQLite', async () => open(join(await directory(), 'messages.db')))

test('MSG-9 what was stored is there for the next one that opens the file, for which only its owner may read', async () => {
  const path = join(await directory(), 'messages.db')
  const first = await open(path)
  expect(await first.post(message)).toMatchObject({ ok: true, value: { isNew: true } })
  await first.close()
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const second = await open(path)
  expect(await second.post(message)).toMatchObject({ ok: true, value: { isNew: false } })
})

test('MSG-9 a file of an earlier version is brought up to date, and one of a later refused', async () => {
  const path = join(await directory(), 'messages.db')
  const db = openDatabase(path)
  makeMessageStore(db).post(message)
  db.exec('DROP TRIGGER held_by_gone; DROP TRIGGER held_by_erased; DROP TABLE holds; PRAGMA user_version = 1')
  db.close()
  const later = await open(path)
  expect(await later.post(message)).toMatchObject({ ok: true, value: { isNew: false } })
  expect(await later.looseHolds(Infinity, 1)).toEqual({ ok: true, value: [] })
  await later.close()
  const again = openDatabase(path)
  again.pragma('user_version = 99')
  again.close()
  await expect(openMessages({ path, log: silentLog })).rejects.toThrow('its tables are of version 99')
})

test('MSG-9 a file that is none of ours is told of at the start', async () => {
  const path = join(await directory(), 'messages.db')
  await writeFile(path, 'these are no tables, and never were any of it')
  await expect(openMessages({ path, log: silentLog })).rejects.toThrow(
    `messages.path: ${path} cannot be opened (file is not a database)`,
  )
})

test('MSG-9 what is asked once the store is closed is refused, and so is what waits as its thread dies', async () => {
  const messages = await open(':memory:')
  await messages.close()
  expect(await messages.all(undefined, 1)).toEqual({ ok: false, error: 'storage_unavailable' })
})
