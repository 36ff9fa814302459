import { describe, expect, test } from 'vitest'
import type { Messages } from '../../../src/application/ports/messages.ts'
import type { MessageId } from '../../../src/domain/ids.ts'
import { fileId } from '../files/some-file.ts'
import { ab, ac, alice, beginMessages, bob, idOf, NOW, value } from './message-drafts.ts'

/** What every store of messages must do for the files in them. `open` gives an empty one. */
export function messageFilesContract(kind: string, open: () => Promise<Messages>): void {
  describe(kind, () => {
    test('MSG-21 what messages that are gone have held is loose, and so is what was noted and not sent', async () => {
      const { store, draft } = await beginMessages(open)
      const message = () => {
        const one = draft(ab, alice, '')
        const held = [fileId(), fileId()].toSorted()
        const attachments = held.map((id) => ({ fileId: id, name: 'a', type: 'a/b', bytes: 1 }))
        return { held, message: { ...one, attachments }, note: () => store.noteHolds(one.id, held, NOW) }
      }
      const [deleted, lost, stays, purged] = [message(), message(), message(), message()]
      const holdsOf = (...some: (typeof lost)[]) =>
        some.flatMap(({ held, message: { id } }) => held.map((file) => ({ message: id, file })))
      const loose = async (before: number, limit = 100) =>
        (await value(store.looseHolds(before, limit))).toSorted(
          (one, other) => one.message.localeCompare(other.message) || one.file.localeCompare(other.file),
        )
      for (const { note } of [deleted, lost, stays, purged]) await value(note())
      expect(await loose(NOW)).toEqual([])
      for (const one of [deleted, stays, purged]) await value(store.post(one.message))
      // A repetition takes nothing back: what was noted for it is not held.
      await value(store.post({ ...lost.message, clientId: stays.message.clientId }))
      expect(await loose(NOW + 1)).toEqual(holdsOf(lost))
      await value(store.erase(ab, deleted.message.id, NOW))
      expect(await loose(NOW)).toEqual(holdsOf(deleted))
      await value(store.dropHolds(deleted.message.id, deleted.held.slice(0, 1)))
      expect(await loose(NOW)).toEqual(holdsOf(deleted).slice(1))
      await value(store.forgetConversation(ab))
      expect(await loose(NOW)).toEqual([...holdsOf(deleted).slice(1), ...holdsOf(stays, purged)])
      expect(await loose(NOW, 2)).toHaveLength(2)
    })

    test('UPLOAD-30 where messages are is told of those that were not deleted', async () => {
      const { store, post } = await beginMessages(open)
      const sent = [await post(ab, alice, '1'), await post(ab, bob, '2'), await post('a-room', alice, '3')]
      const where = async (...ids: MessageId[]) => (await value(store.conversationsOf(ids))).toSorted()
      expect(await where(...sent.map(({ id }) => id))).toEqual(['a-room', ab])
      await value(store.erase('a-room', idOf(sent[2]), NOW))
      expect(await where(idOf(sent[2]))).toEqual([])
      expect(await where()).toEqual([])
    })

    test('MSG-2 what was sent with a client_id is found by it, of its sender in its conversation', async () => {
      const { store, post } = await beginMessages(open)
      const { id, clientId } = await post(ab, alice, 'x')
      expect((await value(store.findSent(ab, alice, clientId)))?.id).toBe(id)
      expect(await value(store.findSent(ab, bob, clientId))).toBeUndefined()
      expect(await value(store.findSent(ac, alice, clientId))).toBeUndefined()
    })
  })
}
