import type { TextMessage } from 'roomrtc-client/messages'
import { describe, expect, test } from 'vitest'
import { talkEn } from '../../../web/src/i18n/talk-en.ts'
import { reduceTalk, type TalkAction } from '../../../web/src/model/messages/reduce-talk.ts'
import { noTalk, type TalkState } from '../../../web/src/model/messages/talk-state.ts'
import { conversationOf, counterOf } from '../../../web/src/model/messages/talk-with.ts'
import { dayText, sizeText } from '../../../web/src/view/messages/day-text.ts'

const HERE = 'a|b'

function message(id: string, more: Partial<TextMessage> = {}): TextMessage {
  return {
    ...{ id, conversation: HERE, from: { id: 'b', username: 'bob' }, text: id, attachments: [] },
    ...{ clientId: `c${id}`, createdAt: 5, editedAt: undefined, deletedAt: undefined, reactions: [] },
    ...more,
  }
}

function after(...actions: readonly TalkAction[]): TalkState {
  return actions.reduce(reduceTalk, noTalk)
}

const page = (messages: readonly TextMessage[], more: boolean, isLatest = true): TalkAction => ({
  ...{ type: 'page', conversation: HERE, page: { messages, more }, isLatest },
})

const texts = ({ threads }: TalkState) => threads[HERE]?.messages.map(({ text }) => text).join('')

describe('what has been written', () => {
  test('PAGE-51 earlier pages come before what is there, and what comes twice is there once', () => {
    const state = after(
      page([message('c'), message('d')], true),
      page([message('a'), message('b')], false, false),
      { type: 'message', told: message('e') },
      { type: 'message', told: message('e') },
      page([message('d'), message('e')], true),
    )
    expect(texts(state)).toBe('abcde')
    expect(state.threads[HERE]).toMatchObject({ more: false, loading: 'no' })
  })

  test('PAGE-51 where others are missing between what was known and the latest page, it begins anew', () => {
    const state = after(page([message('a'), message('b')], false), page([message('x'), message('y')], true))
    expect(texts(state)).toBe('xy')
    expect(state.threads[HERE]?.more).toBe(true)
  })

  test('PAGE-50 one’s own is pending until it is stored, and tells why it was not sent', () => {
    const pending = { clientId: 'cm', text: 'mine', files: [], reason: undefined }
    const put: TalkAction = { type: 'pending', conversation: HERE, pending }
    const refused = after(put, { ...put, pending: { ...pending, reason: 'rate_limited' } })
    expect(refused.threads[HERE]?.pending).toEqual([{ ...pending, reason: 'rate_limited' }])
    const sent = after(put, { type: 'message', told: message('m') })
    expect(sent.threads[HERE]).toMatchObject({ pending: [], messages: [{ id: 'm' }] })
    const dropped = after(put, { type: 'not_pending', conversation: HERE, clientId: 'cm' })
    expect(dropped.threads[HERE]?.pending).toEqual([])
  })

  test('PAGE-53 what is edited, deleted or reacted to changes where it stands', () => {
    const at = { id: 'a', conversation: HERE }
    const state = after(
      page([message('a'), message('b')], false),
      { type: 'edited', told: { ...at, text: 'new', editedAt: 7 } },
      { type: 'reaction', told: { ...at, by: 'x', sign: '+', on: true } },
      { type: 'reaction', told: { ...at, by: 'y', sign: '+', on: true } },
      { type: 'reaction', told: { ...at, by: 'y', sign: '+', on: true } },
      { type: 'reaction', told: { ...at, by: 'x', sign: '+', on: false } },
    )
    expect(state.threads[HERE]?.messages[0]).toMatchObject({
      ...{ text: 'new', editedAt: 7, reactions: [{ sign: '+', users: ['y'] }] },
    })
    const gone = reduceTalk(state, { type: 'deleted', told: { ...at, by: 'b', deletedAt: 9 } })
    expect(gone.threads[HERE]?.messages[0]).toMatchObject({ text: '', deletedAt: 9, reactions: [] })
    expect(gone.threads[HERE]?.messages[1]).toEqual(message('b'))
  })

  test('PAGE-50 the conversation with the latest message is the first; those of rooms are not listed', () => {
    const listed = (id: string, peer: string | undefined) => ({
      ...{ id, peer: peer === undefined ? undefined : { id: peer, username: peer }, unread: 0 },
      ...{ last: undefined, readUpTo: undefined, peerReadUpTo: undefined },
    })
    const state = after(
      {
        type: 'conversations',
        conversations: [listed('tea', undefined), listed('a|c', 'c'), listed(HERE, 'b')],
      },
      { type: 'message', told: message('m') },
    )
    expect(state.conversations?.map(({ id, last }) => [id, last?.text])).toEqual([
      [HERE, 'm'],
      ['a|c', undefined],
    ])
  })

  test('PAGE-51 of a room that is over nothing is left', () => {
    const state = after(page([message('a')], false), { type: 'forgotten', conversation: HERE })
    expect(state.threads).toEqual({})
  })
})

test('PAGE-50 a conversation between two has one id from both sides, and is counted by the other', () => {
  const withUser = (id: string) => ({ kind: 'user', user: { id, username: id } }) as const
  expect([conversationOf('a', withUser('b')), conversationOf('b', withUser('a'))]).toEqual([HERE, HERE])
  expect(conversationOf('a', { kind: 'room', id: 'tea', name: 'Tea' })).toBe('tea')
  expect([counterOf('a', HERE), counterOf('b', HERE), counterOf('a', 'tea')]).toEqual(['b', 'a', 'tea'])
})

test('PAGE-51 days and sizes are written as people say them', () => {
  const now = new Date(2026, 4, 20, 12).getTime()
  const days = [0, 1, 40].map((ago) => dayText(now - ago * 86_400_000, 'en', talkEn, now))
  expect(days).toEqual(['Today', 'Yesterday', 'April 10, 2026'])
  expect([0, 999, 81_920, 3_400_000].map((bytes) => sizeText(bytes, 'en'))).toEqual([
    ...['0 bytes', '999 bytes', '82 kB', '3.4 MB'],
  ])
})
