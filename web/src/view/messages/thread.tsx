import type { TextMessage } from 'roomrtc-client/messages'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Messaging } from '../../engine/messages/messaging.ts'
import type { Thread as ThreadState } from '../../model/messages/talk-state.ts'
import { useTongue } from '../context.ts'
import { dayText, isSameDay } from './day-text.ts'
import type { Editing } from './editing.ts'
import { MessageRow } from './message-row.tsx'
import { PendingRow } from './pending-row.tsx'
import { useTalkTexts } from './use-talk.ts'

interface Props {
  readonly messaging: Messaging
  readonly conversation: string
  readonly thread: ThreadState | undefined
  readonly me: string
  readonly names: (user: string) => string
  readonly isOfRoom: boolean
  readonly mayRemoveOthers: boolean
  readonly onEdit: (message: Editing) => void
}

/** So near to an end of the list counts as at it, in pixels. */
const NEAR = 80
/** Messages of one person that follow each other so soon stand together. */
const TOGETHER_MS = 300_000

/** What has been written; the earlier ones come as one scrolls up. */
export function Thread({ messaging, conversation, thread, me, names, isOfRoom, ...does }: Props) {
  const texts = useTalkTexts()
  const { language } = useTongue()
  const list = useRef<HTMLDivElement>(null)
  /** Where one was before the list changed: at its end, or so far above it. */
  const place = useRef({ isAtEnd: true, fromEnd: 0, first: '' })
  const [told, setTold] = useState('')
  const messages = thread?.messages ?? []
  const pending = thread?.pending ?? []
  const last = messages.at(-1)
  const first = messages[0]?.id ?? ''

  const look = (): void => {
    const box = list.current
    if (box === null) return
    const fromEnd = box.scrollHeight - box.scrollTop
    place.current = { ...place.current, fromEnd, isAtEnd: fromEnd - box.clientHeight < NEAR }
    if (box.scrollTop < NEAR) void messaging.loadMore(conversation)
    see()
  }
  const see = (): void => {
    if (place.current.isAtEnd && document.visibilityState === 'visible') messaging.seen(conversation)
  }
  useLayoutEffect(() => {
    const box = list.current
    if (box === null) return
    if (place.current.isAtEnd) box.scrollTop = box.scrollHeight
    else if (place.current.first !== first) box.scrollTop = box.scrollHeight - place.current.fromEnd
    place.current = { ...place.current, first, fromEnd: box.scrollHeight - box.scrollTop }
    // A page that does not fill the list leaves nothing to scroll.
    if (messages.length > 0 && box.scrollHeight <= box.clientHeight) void messaging.loadMore(conversation)
    see()
  }, [messages, pending, conversation])
  // Whatever takes room from it, or grows in it: who was at its end stays there.
  useEffect(() => {
    const box = list.current
    if (box === null) return undefined
    const observer = new ResizeObserver(() => {
      if (place.current.isAtEnd) box.scrollTop = box.scrollHeight
    })
    for (const part of [box, ...box.children]) observer.observe(part)
    return () => {
      observer.disconnect()
    }
  }, [])
  useEffect(() => {
    document.addEventListener('visibilitychange', see)
    return () => {
      document.removeEventListener('visibilitychange', see)
    }
  }, [messaging, conversation])
  const known = useRef(last?.id)
  useEffect(() => {
    const isNew = known.current !== undefined && last !== undefined && last.id > known.current
    if (isNew && last.from.id !== me)
      setTold(texts.wrote(last.from.username, last.text === '' ? texts.aFile : last.text))
    known.current = last?.id ?? known.current
  }, [last?.id])

  return (
    <div
      class="thread"
      ref={list}
      role="region"
      aria-label={texts.list}
      // With the keyboard alone it is scrolled by this.
      tabIndex={0}
      onScroll={look}
    >
      {thread?.loading === 'yes' && thread.more && (
        <p class="thread-news muted">
          <span class="spinner" aria-hidden="true" />
          {texts.earlier}
        </p>
      )}
      {thread?.loading === 'failed' && (
        <p class="thread-news">
          {texts.failed}{' '}
          <button
            type="button"
            class="link"
            onClick={() => {
              messaging.show(conversation)
            }}
          >
            {texts.again}
          </button>
        </p>
      )}
      {thread !== undefined && thread.loading === 'no' && messages.length + pending.length === 0 && (
        <p class="thread-news muted">{texts.empty}</p>
      )}
      <ol class="messages">
        {messages.map((message, at) => {
          const before = messages[at - 1]
          const isNewDay = before === undefined || !isSameDay(before.createdAt, message.createdAt)
          return [
            isNewDay && (
              <li key={`day ${message.id}`} class="day">
                <span>{dayText(message.createdAt, language, texts)}</span>
              </li>
            ),
            <MessageRow
              key={message.id}
              {...{ messaging, message, me, names, ...does }}
              isFirst={isNewDay || !areTogether(before, message)}
              showsName={isOfRoom && message.from.id !== me}
              isRead={message.id === lastRead(messages, me, thread?.peerReadUpTo)}
            />,
          ]
        })}
        {pending.map((one) => (
          <PendingRow key={one.clientId} {...{ messaging, conversation }} pending={one} />
        ))}
      </ol>
      <p class="unseen" role="status">
        {told}
      </p>
    </div>
  )
}

function areTogether(one: TextMessage, other: TextMessage): boolean {
  return one.from.id === other.from.id && other.createdAt - one.createdAt < TOGETHER_MS
}

/** The last of one's own that the other one has read. */
function lastRead(
  messages: readonly TextMessage[],
  me: string,
  upTo: string | undefined,
): string | undefined {
  if (upTo === undefined) return undefined
  return messages.findLast(({ id, from }) => from.id === me && id <= upTo)?.id
}
