import type { Client } from 'roomrtc-client'
import type { MessageRef, Messages, TextMessage } from 'roomrtc-client/messages'
import type { Action } from '../../model/action.ts'
import { reduceTalk, type TalkAction } from '../../model/messages/reduce-talk.ts'
import { type DraftFile, noTalk, type Pending, type TalkState } from '../../model/messages/talk-state.ts'
import { counterOf } from '../../model/messages/talk-with.ts'
import { refusalOf, type Session } from '../session.ts'
import { createStore, type Store } from '../store.ts'
import { createAccess } from './access.ts'
import { createDrafts, type Drafts } from './drafts.ts'
import { createFileUrls, type FileUrls } from './file-urls.ts'
import { watchTyping } from './watch-typing.ts'

/** What a person can do about messages. */
export interface Messaging {
  readonly store: Store<TalkState, TalkAction>
  readonly files: Drafts
  /** What is written and not sent yet, by conversation. */
  readonly texts: Map<string, string>
  readonly urlsOf: (fileId: string) => Promise<FileUrls | undefined>
  /** It is on the screen from now on, until what this gives is called. */
  readonly show: (conversation: string) => () => void
  /** The earlier ones, where there are some. */
  readonly loadMore: (conversation: string) => Promise<void>
  /** All that is there has been seen. */
  readonly seen: (conversation: string) => void
  readonly send: (conversation: string, text: string) => void
  readonly sendAgain: (conversation: string, pending: Pending) => void
  readonly giveUp: (conversation: string, pending: Pending) => void
  /** Gives why not. */
  readonly edit: (message: MessageRef, text: string) => Promise<string | undefined>
  readonly remove: (message: MessageRef) => Promise<string | undefined>
  readonly react: (message: MessageRef, sign: string, on: boolean) => Promise<void>
  readonly type: (conversation: string) => void
  /** The room in which one is now: what was written in another, or an earlier of that name, is of no use any more. */
  readonly inRoom: (room: string | undefined) => void
  readonly end: () => void
}

interface Deps {
  readonly client: Client
  readonly messages: Messages
  readonly dispatch: (action: Action) => void
  readonly refuse: (reason: string) => void
  readonly server: URL
  readonly session: Pick<Session, 'token' | 'renewToken'>
}

const PAGE = 30

export function createMessaging({ client, messages, dispatch, refuse, server, session }: Deps): Messaging {
  const access = createAccess(server, session.token, session.renewToken)
  const store = createStore(reduceTalk, noTalk)
  const me = client.me?.id ?? ''
  const unread = new Map<string, number>()
  const rooms = new Set<string>()
  const marked = new Map<string, string>()
  let shown: string | undefined
  const typing = watchTyping(messages, me, (conversation, users) => {
    store.dispatch({ type: 'typing', conversation, users })
  })
  const files = createDrafts({
    access,
    of: (conversation) => store.state().drafts[conversation] ?? [],
    changed: (conversation, list) => {
      store.dispatch({ type: 'draft', conversation, files: list })
    },
  })
  const offs = [
    typing.end,
    files.end,
    messages.on('message', take),
    messages.on('edited', (told) => {
      store.dispatch({ type: 'edited', told })
    }),
    messages.on('deleted', (told) => {
      store.dispatch({ type: 'deleted', told })
    }),
    messages.on('reaction', (told) => {
      store.dispatch({ type: 'reaction', told })
    }),
    messages.on('read', (told) => {
      if (told.by === me) count(told.conversation, told.unread ?? 0)
      store.dispatch({ type: 'read', told })
    }),
    // What was edited or read meanwhile is not told: what is on the screen is asked for anew.
    client.on('state', ({ name }) => {
      if (name === 'online') void refresh()
    }),
  ]
  tellUnread()
  void refresh()

  return {
    store,
    files,
    texts: new Map(),
    urlsOf: createFileUrls(access),

    show(conversation) {
      shown = conversation
      void loadLatest(conversation)
      return () => {
        if (shown === conversation) shown = undefined
      }
    },

    async loadMore(conversation) {
      const thread = store.state().threads[conversation]
      const first = thread?.messages[0]
      if (thread === undefined || thread.loading === 'yes' || !thread.more || first === undefined) return
      await load(conversation, first.id)
    },

    seen(conversation) {
      const all = store.state().threads[conversation]?.messages ?? []
      const last = all.findLast(({ from }) => from.id !== me)
      if (last === undefined || (marked.get(conversation) ?? '') >= last.id) return
      marked.set(conversation, last.id)
      messages.markRead(last).then(
        (left) => {
          count(conversation, left)
        },
        () => marked.delete(conversation),
      )
    },

    send(conversation, text) {
      const clientId = crypto.getRandomValues(new Uint32Array(4)).join('-')
      put(conversation, { clientId, text, files: files.take(conversation), reason: undefined })
    },

    sendAgain(conversation, pending) {
      put(conversation, { ...pending, reason: undefined })
    },

    giveUp(conversation, { clientId }) {
      store.dispatch({ type: 'not_pending', conversation, clientId })
    },

    // Each is shown as soon as it is answered; told once more it changes nothing.
    async edit({ id, conversation }, text) {
      const reason = await done(messages.edit({ id, conversation }, text))
      const told = { id, conversation, text, editedAt: Date.now() }
      if (reason === undefined) store.dispatch({ type: 'edited', told })
      return reason
    },

    async remove({ id, conversation }) {
      const reason = await done(messages.delete({ id, conversation }))
      const told = { id, conversation, by: me, deletedAt: Date.now() }
      if (reason === undefined) store.dispatch({ type: 'deleted', told })
      return reason
    },

    async react({ id, conversation }, sign, on) {
      const reason = await done(messages.react({ id, conversation }, sign, on))
      const told = { id, conversation, by: me, sign, on }
      if (reason === undefined) store.dispatch({ type: 'reaction', told })
      else refuse(reason)
    },

    type: typing.tell,

    inRoom(room) {
      for (const conversation of rooms) {
        unread.delete(conversation)
        store.dispatch({ type: 'forgotten', conversation })
      }
      rooms.clear()
      if (room !== undefined) rooms.add(room)
      if (room === undefined) tellUnread()
      else void lookAtConversations()
    },

    end() {
      for (const off of offs) off()
    },
  }

  function put(conversation: string, pending: Pending): void {
    store.dispatch({ type: 'pending', conversation, pending })
    const attachments = pending.files.flatMap(fileIdOf)
    messages
      .send({ conversation }, pending.text, { clientId: pending.clientId, attachments })
      .then(take, (error: unknown) => {
        const { reason } = refusalOf(error)
        store.dispatch({ type: 'pending', conversation, pending: { ...pending, reason } })
      })
  }

  /** One that is new counts as unread, until it is seen. It may come twice. */
  function take(message: TextMessage): void {
    const { conversation, from, id } = message
    const state = store.state()
    const known = state.threads[conversation]?.messages ?? []
    const last = state.conversations?.find((one) => one.id === conversation)?.last
    const isNew = !known.some((one) => one.id === id) && last?.id !== id
    store.dispatch({ type: 'message', told: message })
    if (isNew && from.id !== me) count(conversation, (unread.get(counterOf(me, conversation)) ?? 0) + 1)
    if (last === undefined && conversation.includes('|')) void lookAtConversations()
  }

  async function refresh(): Promise<void> {
    await Promise.all([lookAtConversations(), ...(shown === undefined ? [] : [loadLatest(shown)])])
  }

  async function lookAtConversations(): Promise<void> {
    try {
      const { conversations } = await messages.conversations()
      for (const one of conversations) unread.set(counterOf(me, one.id), one.unread)
      store.dispatch({ type: 'conversations', conversations })
      for (const { id, peerReadUpTo: upTo, peer } of conversations)
        if (upTo !== undefined && peer !== undefined && store.state().threads[id] !== undefined)
          store.dispatch({
            type: 'read',
            told: { conversation: id, by: peer.id, upTo, unread: undefined },
          })
      tellUnread()
    } catch {
      // The connection comes back, and with it the next try.
    }
  }

  async function loadLatest(conversation: string): Promise<void> {
    await load(conversation, undefined)
    const state = store.state().conversations?.find(({ id }) => id === conversation)
    if (state?.peer === undefined || state.peerReadUpTo === undefined) return
    const { peer, peerReadUpTo: upTo } = state
    store.dispatch({ type: 'read', told: { conversation, by: peer.id, upTo, unread: undefined } })
  }

  async function load(conversation: string, before: string | undefined): Promise<void> {
    store.dispatch({ type: 'loading', conversation, loading: 'yes' })
    try {
      const range = before === undefined ? { limit: PAGE } : { limit: PAGE, before }
      const page = await messages.list(conversation, range)
      store.dispatch({ type: 'page', conversation, page, isLatest: before === undefined })
    } catch {
      store.dispatch({ type: 'loading', conversation, loading: 'failed' })
    }
  }

  function count(conversation: string, left: number): void {
    unread.set(counterOf(me, conversation), left)
    tellUnread()
  }

  function tellUnread(): void {
    dispatch({ type: 'messages', unread: Object.fromEntries(unread) })
  }

  async function done(asked: Promise<void>): Promise<string | undefined> {
    try {
      await asked
      return undefined
    } catch (error) {
      return refusalOf(error).reason
    }
  }
}

function fileIdOf({ upload }: DraftFile): readonly string[] {
  return upload.name === 'done' ? [upload.fileId] : []
}
