import { expect, test } from 'vitest'
import { givingFilesBack } from '../../../src/application/messages/giving-files-back.ts'
import { makeFiles } from '../../../src/application/file/make-files.ts'
import type { Files } from '../../../src/application/ports/files.ts'
import type { Messages } from '../../../src/application/ports/messages.ts'
import type { StoredFile } from '../../../src/domain/file/stored-file.ts'
import { parseUserId } from '../../../src/domain/ids.ts'
import { createMemoryFileIndex } from '../../../src/infrastructure/files/kept-file-index.ts'
import { createHouseMessages } from '../../support/house/house-messages.ts'
import { createHouseTime } from '../../support/house/time.ts'
import { T } from '../../support/wire/wire.ts'
import { AMPLE, fileId, someFile } from '../files/some-file.ts'
import { createWriters, history, listOf, refusal, write } from './writers.support.ts'

const NOW = 1_700_000_000_000
const HOUR = 3_600_000

/** Writers whose server keeps files too. `between`: what stands between the messages and their store. */
async function withFiles(between: (messages: Messages) => Messages = (messages) => messages) {
  const { clock } = createHouseTime(NOW)
  let now = NOW
  const wallClock = { ...clock, wallMs: () => now }
  const index = createMemoryFileIndex()
  const unrefer = { isAway: false, tries: 0 }
  const whole = makeFiles({ index, clock: wallClock })
  const files: Files = {
    ...whole,
    unrefer(...args) {
      unrefer.tries += 1
      const away = { ok: false, error: 'storage_unavailable' } as const
      return unrefer.isAway ? Promise.resolve(away) : whole.unrefer(...args)
    },
  }
  const store = between(createHouseMessages())
  const messages = givingFilesBack(store, { files, clock: wallClock })
  const writers = await createWriters({ messages, files, clock: wallClock })
  const owner = parseUserId(writers.alice.userId)
  if (owner === undefined) throw new Error('no id')
  return {
    ...writers,
    messages,
    unrefer,
    async upload(changes: Partial<StoredFile> = {}) {
      const file = someFile({ owner, ...changes })
      await index.add(file, AMPLE)
      return file.id
    },
    async referrers(file: StoredFile['id']) {
      const found = await index.find(file)
      return found.ok ? found.value?.referrers : undefined
    },
    later: (ms: number) => (now += ms),
  }
}

const attached = (...ids: readonly string[]) => ({ attachments: ids.map((file_id) => ({ file_id })) })

test('MSG-20 a message is sent with files, in their order, each once, and tells what they are', async () => {
  const { alice, bob, upload, referrers } = await withFiles()
  const plain = await upload()
  const picture = await upload({ name: 'ünder.png', type: 'image/png', thumbnailBytes: 9 })
  const sent = await write(alice, bob, '', { text: undefined, ...attached(picture, plain, picture) })
  const attachments = [
    { file_id: picture, name: 'ünder.png', type: 'image/png', bytes: 100_000, thumbnail: `${picture}.jpg` },
    { file_id: plain, name: 'notes.txt', type: 'application/octet-stream', bytes: 100_000 },
  ]
  expect(sent).toMatchObject({ text: '', attachments })
  expect(bob.take(T.MESSAGE)[0]?.payload['attachments']).toEqual(attachments)
  const { messages } = await history(bob, sent['conversation_id'])
  expect(listOf(messages)[0]?.['attachments']).toEqual(attachments)
  for (const file of [picture, plain]) expect(await referrers(file)).toEqual([sent['message_id']])
  // With a file there may be no text, and without one there must be.
  const { conversation_id, message_id } = sent
  await alice.send(T.MESSAGE_EDIT, { conversation_id, message_id, text: '' })
  expect(alice.take(T.ERROR)).toEqual([])
})

test('MSG-20 nobody sends a file that is not there or is another’s, or more than ten; nothing is held then', async () => {
  const { alice, bob, upload, referrers } = await withFiles()
  const own = await upload()
  const notYours = await upload({ owner: parseUserId(bob.userId) ?? someFile().owner })
  const wrong = async (ids: readonly string[]) => {
    const payload = { to_user_id: bob.userId, client_id: 'c', ...attached(...ids) }
    await alice.send(T.MESSAGE_SEND, payload)
    return alice.take(T.ERROR)[0]?.payload['message']
  }
  for (const file of [notYours, fileId(), 'no id', '../users.txt'])
    expect(await wrong([own, file]), file).toBe('"attachments": one of them is no file of yours')
  expect(await wrong(Array.from({ length: 11 }, () => own))).toContain('"attachments"')
  const full = await upload({ referrers: Array.from({ length: 1000 }, (_, i) => `m${i}`) })
  expect(await wrong([full])).toContain('one of them is in too many messages by now')
  expect([await referrers(own), await referrers(notYours)]).toEqual([[], []])
  expect(bob.take(T.MESSAGE)).toEqual([])
})

test('MSG-2 MSG-20 a repetition holds nothing of its own, and is answered though its files are gone', async () => {
  const { alice, bob, upload, referrers, messages } = await withFiles()
  const [one, other] = [await upload(), await upload()]
  const first = await write(alice, bob, 'x', { client_id: 'same', ...attached(one) })
  const again = await write(alice, bob, 'x', { client_id: 'same', ...attached(one, other) })
  expect(again).toMatchObject({ message_id: first['message_id'], attachments: [{ file_id: one }] })
  expect([await referrers(one), await referrers(other)]).toEqual([[first['message_id']], []])
  const gone = await write(alice, bob, 'x', { client_id: 'same', ...attached(fileId()) })
  expect(gone).toMatchObject({ message_id: first['message_id'] })
  expect(await messages.looseHolds(Infinity, 9)).toEqual({ ok: true, value: [] })
})

test('MSG-2 MSG-20 of two that come at once the one that is not stored lets go of its files', async () => {
  const twice = (store: Messages): Messages => ({
    ...store,
    // Both have looked before one of them was there.
    findSent: () => Promise.resolve({ ok: true, value: undefined }),
  })
  const { alice, bob, upload, referrers, messages } = await withFiles(twice)
  const file = await upload()
  const first = await write(alice, bob, 'x', { client_id: 'same', ...attached(file) })
  await write(alice, bob, 'x', { client_id: 'same', ...attached(file) })
  expect(await referrers(file)).toEqual([first['message_id']])
  expect(await messages.looseHolds(Infinity, 9)).toEqual({ ok: true, value: [] })
})

test('MSG-21 a message that is deleted, too old or forgotten gives its files back', async () => {
  const { alice, bob, upload, referrers, messages } = await withFiles()
  const file = await upload()
  const send = async () => write(alice, bob, 'x', attached(file))
  const [deleted, kept] = [await send(), await send()]
  const { conversation_id, message_id } = deleted
  await alice.send(T.MESSAGE_DELETE, { conversation_id, message_id })
  await expect.poll(() => referrers(file)).toEqual([kept['message_id']])
  await messages.purge(NOW + HOUR, NOW + HOUR)
  await expect.poll(() => referrers(file)).toEqual([])
  await send()
  await messages.forgetConversation(String(conversation_id))
  await expect.poll(() => referrers(file)).toEqual([])
  expect(await messages.looseHolds(Infinity, 9)).toEqual({ ok: true, value: [] })
})

test('MSG-21 after a crash between the files and their message, the files are given back within some hours', async () => {
  const lost = (store: Messages): Messages => ({
    ...store,
    post: () => Promise.resolve({ ok: false, error: 'storage_unavailable' }),
  })
  const { alice, bob, upload, referrers, messages, later } = await withFiles(lost)
  const file = await upload()
  const payload = { to_user_id: bob.userId, client_id: 'c', ...attached(file) }
  expect(await refusal(alice, T.MESSAGE_SEND, payload)).toBe('storage_unavailable')
  expect(await referrers(file)).toHaveLength(1)
  // It may just be on its way into the store.
  later(HOUR / 2)
  await messages.purge(0, 0)
  await messages.close()
  expect(await referrers(file)).toHaveLength(1)
  later(HOUR)
  await messages.purge(0, 0)
  await messages.close()
  expect(await referrers(file)).toEqual([])
  expect(await messages.looseHolds(Infinity, 9)).toEqual({ ok: true, value: [] })
})

test('MSG-21 what cannot be given back now is given back the next time', async () => {
  const { alice, bob, upload, referrers, messages, unrefer } = await withFiles()
  const file = await upload()
  const { conversation_id, message_id } = await write(alice, bob, 'x', attached(file))
  unrefer.isAway = true
  await alice.send(T.MESSAGE_DELETE, { conversation_id, message_id })
  await expect.poll(() => unrefer.tries).toBe(1)
  expect(await referrers(file)).toEqual([message_id])
  unrefer.isAway = false
  await messages.purge(0, 0)
  await expect.poll(() => referrers(file)).toEqual([])
})

test('UPLOAD-30 who is in a conversation may see its files; of a room as long as it is in it', async () => {
  const { house, alice, bob, carol, upload, referrers } = await withFiles()
  const may = async (who: typeof alice, file: StoredFile['id']) => {
    const user = parseUserId(who.userId)
    return user !== undefined && house.inputs.inquiries.maySeeFile(user, (await referrers(file)) ?? [])
  }
  const [forBob, forRoom, forNobody] = [await upload(), await upload(), await upload()]
  const { conversation_id, message_id } = await write(alice, bob, 'x', attached(forBob))
  expect([await may(bob, forBob), await may(carol, forBob), await may(bob, forNobody)]).toEqual([
    ...[true, false, false],
  ])
  for (const client of [alice, carol]) await client.send(T.ROOM_JOIN, { room_id: 'voice' })
  await write(alice, 'voice', 'x', attached(forRoom))
  expect([await may(carol, forRoom), await may(bob, forRoom)]).toEqual([true, false])
  await carol.send(T.ROOM_LEAVE, { room_id: 'voice' })
  expect(await may(carol, forRoom)).toBe(false)
  // Another room of that name, later.
  await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
  await carol.send(T.ROOM_JOIN, { room_id: 'voice' })
  expect(await may(carol, forRoom)).toBe(false)
  await alice.send(T.MESSAGE_DELETE, { conversation_id, message_id })
  expect(await may(bob, forBob)).toBe(false)
})
