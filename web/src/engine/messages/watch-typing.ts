import type { Messages } from 'roomrtc-client/messages'

/** So long somebody is shown to be writing after the last that was heard of it. */
const SHOWN_MS = 5000
/** The server tells it no more often. */
const TOLD_MS = 2000

interface Typing {
  /** The user is writing. */
  readonly tell: (conversation: string) => void
  readonly end: () => void
}

/** Who is writing: by conversation, each time that this changes. */
export function watchTyping(
  messages: Messages,
  me: string,
  changed: (conversation: string, users: readonly string[]) => void,
): Typing {
  const timers = new Map<string, Map<string, number>>()
  let last = { conversation: '', at: -Infinity }
  const stop = (conversation: string, user: string): void => {
    const there = timers.get(conversation)
    window.clearTimeout(there?.get(user))
    if (there?.delete(user) === true) changed(conversation, [...there.keys()])
  }
  const offs = [
    messages.on('typing', ({ conversation, by }) => {
      const there = timers.get(conversation) ?? new Map<string, number>()
      timers.set(conversation, there)
      const isNew = !there.has(by)
      window.clearTimeout(there.get(by))
      const timer = window.setTimeout(() => {
        stop(conversation, by)
      }, SHOWN_MS)
      there.set(by, timer)
      if (isNew) changed(conversation, [...there.keys()])
    }),
    messages.on('message', ({ conversation, from }) => {
      stop(conversation, from.id)
      if (from.id === me) last = { conversation: '', at: -Infinity }
    }),
  ]
  return {
    tell(conversation) {
      const now = performance.now()
      if (last.conversation === conversation && now - last.at < TOLD_MS) return
      last = { conversation, at: now }
      messages.typing(conversation)
    },
    end() {
      for (const off of offs) off()
      for (const there of timers.values()) for (const timer of there.values()) window.clearTimeout(timer)
    },
  }
}
