import { useEffect, useState } from 'preact/hooks'
import type { Messaging } from '../../engine/messages/messaging.ts'
import type { TalkTexts } from '../../i18n/talk-dictionary.ts'
import { talkTexts } from '../../i18n/talk-texts.ts'
import type { TalkState } from '../../model/messages/talk-state.ts'
import { useTongue } from '../context.ts'

/** How it is written, about messages. */
export function useTalkTexts(): TalkTexts {
  return talkTexts[useTongue().language]
}

/** What is known of messages, drawn anew when that changes. */
export function useTalk(messaging: Messaging): TalkState {
  const [state, setState] = useState(messaging.store.state)
  useEffect(() => {
    setState(messaging.store.state())
    return messaging.store.subscribe(() => {
      setState(messaging.store.state())
    })
  }, [messaging])
  return state
}
