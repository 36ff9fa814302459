import type { Conversation } from 'roomrtc-client/messages'
import type { Messaging } from '../../engine/messages/messaging.ts'
import type { MessagesState } from '../../model/state.ts'
import { useApp, useTongue } from '../context.ts'
import { Avatar } from '../parts/avatar.tsx'
import '../../style/talk.css'
import { isSameDay, timeText } from './day-text.ts'
import { useTalk, useTalkTexts } from './use-talk.ts'

/** With whom one has written, the latest first. */
export function ConversationsPanel({ messages }: { readonly messages: MessagesState }) {
  const messaging = useApp().messaging()
  return messaging === undefined ? null : <Panel {...{ messaging, messages }} />
}

interface PanelProps {
  readonly messaging: Messaging
  readonly messages: MessagesState
}

function Panel({ messaging, messages: { unread } }: PanelProps) {
  const texts = useTalkTexts()
  const { conversations } = useTalk(messaging)
  return (
    <section class="panel conversations" aria-labelledby="conversations-title">
      <header class="panel-head">
        <h2 id="conversations-title">{texts.title}</h2>
      </header>
      {conversations?.length === 0 && <p class="muted">{texts.none}</p>}
      <ul class="rows" aria-labelledby="conversations-title">
        {conversations?.map((one) => (
          <Row key={one.id} conversation={one} unread={unread[one.peer?.id ?? ''] ?? 0} />
        ))}
      </ul>
    </section>
  )
}

interface RowProps {
  readonly conversation: Conversation
  readonly unread: number
}

function Row({ conversation: { peer, last }, unread }: RowProps) {
  const app = useApp()
  const texts = useTalkTexts()
  const { language } = useTongue()
  if (peer === undefined) return null
  const name = peer.username === '' ? texts.gone : peer.username
  return (
    <li>
      <button
        type="button"
        class={unread > 0 ? 'row row-button has-unread' : 'row row-button'}
        onClick={() => {
          app.store.dispatch({ type: 'talk', other: { kind: 'user', user: peer } })
        }}
      >
        <Avatar name={name} />
        <span class="row-text">
          <span class="row-name">{name}</span>
          <span class="row-state row-last">
            {last?.deletedAt === undefined ? last?.text || last?.attachments[0]?.name : texts.deleted}
          </span>
        </span>
        {last !== undefined && (
          <time class="muted" dateTime={new Date(last.createdAt).toISOString()}>
            {isSameDay(last.createdAt, Date.now())
              ? timeText(last.createdAt, language)
              : new Intl.DateTimeFormat(language, { dateStyle: 'short' }).format(last.createdAt)}
          </time>
        )}
        {unread > 0 && (
          <span class="count" title={texts.unread(unread)}>
            <span aria-hidden="true">{unread}</span>
            <span class="unseen">{texts.unread(unread)}</span>
          </span>
        )}
      </button>
    </li>
  )
}
