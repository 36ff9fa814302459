import type { TextMessage } from 'roomrtc-client/messages'
import { useEffect, useRef } from 'preact/hooks'
import { useTalkTexts } from './use-talk.ts'

const SIGNS = ['👍', '❤️', '😂', '😮', '😢', '🎉']

interface Props {
  readonly reactions: TextMessage['reactions']
  readonly me: string
  readonly names: (user: string) => string
  readonly onToggle: (sign: string, on: boolean) => void
}

/** Who has reacted how; pressed again one’s own goes. */
export function Reactions({ reactions, me, names, onToggle }: Props) {
  const texts = useTalkTexts()
  if (reactions.length === 0) return null
  return (
    <ul class="reactions">
      {reactions.map(({ sign, users }) => {
        const isOwn = users.includes(me)
        const who = users.map((user) => names(user) || texts.gone).join(', ')
        return (
          <li key={sign}>
            <button
              type="button"
              class="reaction"
              aria-pressed={isOwn}
              title={who}
              onClick={() => {
                onToggle(sign, !isOwn)
              }}
            >
              {sign} <span class="reaction-count">{users.length}</span>
              <span class="unseen"> {texts.by(who)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

interface ChoiceProps {
  readonly onChoose: (sign: string, on: boolean) => void
  readonly onClose: () => void
}

/** The signs that are at hand. */
export function ReactionChoice({ onChoose, onClose }: ChoiceProps) {
  const texts = useTalkTexts()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    place.current?.querySelector('button')?.focus()
    place.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <div
      class="reaction-choice"
      role="group"
      aria-label={texts.react}
      ref={place}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        onClose()
      }}
    >
      {SIGNS.map((sign) => (
        <button
          key={sign}
          type="button"
          class="reaction"
          aria-label={texts.reactWith(sign)}
          onClick={() => {
            onChoose(sign, true)
          }}
        >
          {sign}
        </button>
      ))}
    </div>
  )
}
