import { describe, expect, test } from 'vitest'
import { MAX_REACTIONS, MAX_SIGNS_OF_ONE, type Messages } from '../../../src/application/ports/messages.ts'
import type { MessageId, UserId } from '../../../src/domain/ids.ts'
import { wordsOf } from '../../../src/domain/words.ts'
import { fileId } from '../files/some-file.ts'
import { createMessageIds } from '../../../src/infrastructure/system/message-ids.ts'
import { ab, ac, alice, beginMessages, bob, carol, idOf, NOW, ofTwo, user, value } from './message-drafts.ts'

const DAY = 86_400_000

/** What every store of messages must do. `open` gives an empty one. */
export function messagesContract(kind: string, open: () => Promise<Messages>): void {
  describe(kind, () => {
    test('MSG-16 a message is there as it was sent, in the order of ids, a page at a time', async () => {
      const { store, post } = await beginMessages(open)
      const sent = await Promise.all('abcdef'.split('').map((text) => post(ab, alice, text)))
      const [, , c, , e] = sent
      const whole = await value(store.page(ab, { limit: 100 }))
      expect(whole.map(({ text }) => text)).toEqual('abcdef'.split(''))
      expect(whole[2]).toEqual({ ...c, editedAt: undefined, deletedAt: undefined, reactions: [] })
      const page = await value(store.page(ab, { before: e?.id, limit: 2 }))
      expect(page.map(({ text }) => text)).toEqual(['c', 'd'])
      expect(await value(store.page(ac, { limit: 100 }))).toEqual([])
      expect(await value(store.find(ab, idOf(c)))).toEqual(whole[2])
      expect(await value(store.find(ac, idOf(c)))).toBeUndefined()
    })

    test('MSG-2 a repetition with the same client_id gives the message that is there, however many come at once', async () => {
      const { store, draft } = await beginMessages(open)
      const again = Array.from({ length: 10 }, (_, i) => ({
        ...draft(ab, alice, `try ${i}`),
        clientId: 'one',
      }))
      const posted = await Promise.all(again.map((message) => value(store.post(message))))
      expect(posted.filter(({ isNew }) => isNew)).toHaveLength(1)
      expect(new Set(posted.map(({ message }) => message.id)).size).toBe(1)
      expect(await value(store.page(ab, { limit: 100 }))).toHaveLength(1)
      // Another sender's, or in another conversation, is another one.
      for (const [where, who] of [[ab, bob] as const, [ac, alice] as const])
        expect((await value(store.post({ ...draft(where, who, 'x'), clientId: 'one' }))).isNew).toBe(true)
    })

    test('MSG-18 text, names and attachments come back to the character', async () => {
      const { store, draft } = await beginMessages(open)
      const text = `'; DROP TABLE messages; --\n\t"quoted" \\ 👩‍👩‍👧 ${'é'.repeat(2000)} \u202e`
      const attachments = [
        { fileId: fileId(), name: 'ünï\'code".png', type: 'image/png', bytes: 12_345, thumbnail: 't1' },
        { fileId: fileId(), name: 'b', type: 'text/plain', bytes: 0, thumbnail: undefined },
      ]
      const message = { ...draft('a-room', alice, text), attachments, guestName: 'Ä guest' }
      await value(store.post(message))
      const read = await value(store.find('a-room', message.id))
      expect(read).toEqual({ ...message, editedAt: undefined, deletedAt: undefined, reactions: [] })
    })

    test('MSG-6 what is edited has another text, and what is deleted none, nor reactions, nor words', async () => {
      const { store, post } = await beginMessages(open)
      const one = await post(ab, alice, 'an apple')
      expect(await value(store.edit(ab, one.id, 'a pear', NOW + 5))).toMatchObject({
        ...{ id: one.id, text: 'a pear', editedAt: NOW + 5, createdAt: one.createdAt },
      })
      expect(await found(store, alice, 'apple')).toEqual([])
      expect(await found(store, alice, 'pear')).toEqual(['a pear'])
      await value(store.react({ conversation: ab, id: one.id, user: bob, sign: '👍', on: true }))
      expect(await value(store.erase(ac, one.id, NOW + 9))).toBe(false)
      expect(await value(store.erase(ab, one.id, NOW + 9))).toBe(true)
      expect(await value(store.erase(ab, one.id, NOW + 10))).toBe(false)
      expect(await value(store.edit(ab, one.id, 'again', NOW + 11))).toBeUndefined()
      expect(await value(store.find(ab, one.id))).toMatchObject({
        text: '',
        deletedAt: NOW + 9,
        reactions: [],
      })
      expect(await found(store, alice, 'pear')).toEqual([])
      const sign = { conversation: ab, id: one.id, user: bob, sign: '👍', on: true }
      expect(await value(store.react(sign))).toBe('not_found')
    })

    test('MSG-7 a reaction counts once, can be taken back, and of them there are not too many', async () => {
      const { store, post } = await beginMessages(open)
      const { id } = await post(ab, alice, 'x')
      const react = (who: UserId, sign: string, on = true) =>
        value(store.react({ conversation: ab, id, user: who, sign, on }))
      expect(await react(bob, '👍')).toBe('done')
      expect(await react(bob, '👍')).toBe('unchanged')
      expect(await react(alice, '👍')).toBe('done')
      expect(await react(alice, 'no')).toBe('done')
      expect(await react(bob, 'no', false)).toBe('unchanged')
      expect((await value(store.find(ab, id)))?.reactions).toEqual([
        { sign: '👍', users: [bob, alice] },
        { sign: 'no', users: [alice] },
      ])
      expect(await react(bob, '👍', false)).toBe('done')
      expect((await value(store.find(ab, id)))?.reactions[0]).toEqual({ sign: '👍', users: [alice] })
      for (let i = 0; i < MAX_SIGNS_OF_ONE; i++) expect(await react(bob, `s${i}`)).toBe('done')
      expect(await react(bob, 'one more')).toBe('too_many')
      for (let i = MAX_SIGNS_OF_ONE + 2; i < MAX_REACTIONS; i++)
        expect(await react(user(`u${i}`), 's')).toBe('done')
      expect(await react(carol, 's')).toBe('too_many')
    })

    test('MSG-5 unread are the messages of others after the mark, which never goes back', async () => {
      const { store, post } = await beginMessages(open)
      const sent = [await post(ab, alice, '1'), await post(ab, bob, '2'), await post(ab, alice, '3')]
      const state = async (who: UserId) => {
        const { unread, readUpTo, peerReadUpTo } = await value(store.conversation(who, ab))
        return { unread, readUpTo, peerReadUpTo }
      }
      const none = undefined
      expect(await state(bob)).toEqual({ unread: 2, readUpTo: none, peerReadUpTo: none })
      const mark = (which: number) =>
        value(store.read({ user: bob, conversation: ab, upTo: idOf(sent[which]) }))
      expect(await mark(1)).toEqual({ moved: true, unread: 1 })
      expect(await mark(0)).toEqual({ moved: false, unread: 1 })
      expect(await state(bob)).toEqual({ unread: 1, readUpTo: sent[1]?.id, peerReadUpTo: none })
      expect(await state(alice)).toEqual({ unread: 1, readUpTo: none, peerReadUpTo: sent[1]?.id })
      expect(await mark(2)).toEqual({ moved: true, unread: 0 })
      await value(store.erase(ab, idOf(sent[1]), NOW))
      expect((await state(alice)).unread).toBe(0)
      // A room's: there is no other to be told of, and whoever has read nothing has all of it unread.
      await post('a-room', alice, 'hello')
      expect(await value(store.conversation(carol, 'a-room'))).toMatchObject({
        ...{ conversation: 'a-room', unread: 1, readUpTo: none, peerReadUpTo: none },
        last: { text: 'hello' },
      })
    })

    test('MSG-4 conversations are listed by their last message, the latest first, a page at a time; no rooms', async () => {
      const { store, post } = await beginMessages(open)
      await post(ab, alice, 'to bob')
      const carols = await post(ac, carol, 'from carol')
      await post('a-room', alice, 'to all')
      await value(store.read({ user: alice, conversation: 'a-room', upTo: carols.id }))
      const list = async (before?: MessageId, limit = 100) =>
        (await value(store.conversations(alice, { before, limit }))).map(({ last, unread }) => [
          last?.text,
          unread,
        ])
      expect(await list()).toEqual([
        ['from carol', 1],
        ['to bob', 0],
      ])
      expect(await list(carols.id)).toEqual([['to bob', 0]])
      await post(ab, bob, 'to alice')
      expect(await list(undefined, 1)).toEqual([['to alice', 1]])
      expect(await value(store.conversations(carol, { limit: 9 }))).toHaveLength(1)
    })

    test('MSG-8 a search finds all words of a text, the beginning of the last, in what the user is in alone', async () => {
      const { store, post } = await beginMessages(open)
      await post(ab, alice, 'The QUICK brown fox')
      await post(ac, carol, 'a quick Straße, 東京 and naïve')
      await post(ofTwo(bob, carol), bob, 'quick secrets')
      await post('a-room', bob, 'quick in a room')
      const all = (words: string, also?: string) => found(store, alice, words, also)
      expect(await all('quick')).toEqual(['a quick Straße, 東京 and naïve', 'The QUICK brown fox'])
      expect(await all('quick', 'a-room')).toHaveLength(3)
      expect(await all('Fox the')).toEqual(['The QUICK brown fox'])
      expect(await all('fox qui')).toEqual(['The QUICK brown fox'])
      expect(await all('qui fox')).toEqual([])
      expect(await all('STRASSE')).toEqual([])
      expect(await all('straß')).toHaveLength(1)
      expect(await all('東')).toHaveLength(1)
      expect(await all('naive')).toEqual([])
      expect(await all('or')).toEqual([])
      const query = { user: alice, words: ['quick'], limit: 9 }
      expect(await value(store.search({ ...query, conversation: ab }))).toHaveLength(1)
      const [latest] = await value(store.search({ ...query, limit: 1 }))
      expect(await value(store.search({ ...query, before: latest?.id }))).toHaveLength(1)
    })

    test('MSG-8 texts of any characters can be stored, and a search for their words finds them', async () => {
      const { store, post } = await beginMessages(open)
      const odd = [
        `x${'y'.repeat(4000)}`,
        '"AND" OR NOT (NEAR*)',
        "it's & | ! :* <-> \\",
        '𝒜𝓁𝒾𝒸ℯ ﬁne',
        '१२३ ٤٥٦ हिन्दी',
      ]
      for (const text of odd) await post(ab, alice, text)
      for (const text of odd) expect(await found(store, bob, text), text).toContain(text)
    })

    test('MSG-10 a room that is over leaves nothing, and an account that is gone leaves what others were sent', async () => {
      const { store, post } = await beginMessages(open)
      await post('a-room/1', alice, 'over')
      await post('a-room/2', alice, 'goes on')
      await value(store.forgetConversation('a-room/1'))
      expect(await value(store.page('a-room/1', { limit: 9 }))).toEqual([])
      expect(await value(store.page('a-room/2', { limit: 9 }))).toHaveLength(1)
      await post(ab, bob, 'hello')
      await value(store.forgetUser(bob, false))
      expect(await value(store.conversations(bob, { limit: 9 }))).toEqual([])
      expect(await value(store.conversations(alice, { limit: 9 }))).toHaveLength(1)
      await value(store.forgetUser(alice, false))
      expect(await value(store.page(ab, { limit: 9 }))).toEqual([])
    })

    test('MSG-11 of a guest that is gone nothing stays', async () => {
      const { store, post, draft } = await beginMessages(open)
      await post(ab, alice, 'for the guest')
      await post(ac, alice, 'for carol')
      await value(store.post({ ...draft('a-room', bob, 'by the guest'), guestName: 'bob' }))
      await value(store.forgetUser(bob, true))
      for (const where of [ab, 'a-room']) expect(await value(store.page(where, { limit: 9 }))).toEqual([])
      expect(await value(store.conversations(alice, { limit: 9 }))).toHaveLength(1)
      expect(await found(store, alice, 'for')).toEqual(['for carol'])
    })

    test('MSG-12 what is too old goes, of guests earlier, and the rest stays', async () => {
      const { store, draft, post } = await beginMessages(open)
      const earlier = createMessageIds()
      const old = earlier(NOW - 3 * DAY)
      const many = Array.from({ length: 600 }, (_, i) => {
        const { id, at: createdAt } = earlier(NOW - 3 * DAY)
        return value(store.post({ ...draft(ac, carol, `old ${i}`), id, createdAt }))
      })
      await Promise.all(many)
      await value(
        store.post({ ...draft('a-room', bob, 'guest'), guestName: 'bob', id: earlier(NOW - DAY).id }),
      )
      await value(store.read({ user: alice, conversation: ac, upTo: old.id }))
      await post(ab, alice, 'new')
      expect(await value(store.purge(NOW - 2 * DAY, NOW - 2 * DAY))).toBe(600)
      expect(await value(store.purge(NOW - 2 * DAY, NOW))).toBe(1)
      expect((await value(store.conversations(alice, { limit: 9 }))).map(({ last }) => last?.text)).toEqual([
        'new',
      ])
      expect((await value(store.all(undefined, 9))).map(({ text }) => text)).toEqual(['new'])
    })

    test('MSG-16 all messages can be walked through, in the order of their ids', async () => {
      const { store, post } = await beginMessages(open)
      const sent = [await post(ab, alice, '1'), await post(ac, alice, '2'), await post('a-room', alice, '3')]
      expect((await value(store.all(undefined, 2))).map(({ text }) => text)).toEqual(['1', '2'])
      expect((await value(store.all(sent[1]?.id, 2))).map(({ text }) => text)).toEqual(['3'])
    })
  })
}

async function found(store: Messages, who: UserId, words: string, also?: string): Promise<string[]> {
  const messages = await value(store.search({ user: who, words: wordsOf(words), also, limit: 100 }))
  return messages.map(({ text }) => text)
}
