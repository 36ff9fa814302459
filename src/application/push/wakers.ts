import type { HookEvent, Hooks } from '../ports/hooks.ts'
import type { PushService, Waker, WakeNews } from '../ports/waker.ts'

const TYPES = {
  call: 'push.call',
  'call-over': 'push.call_over',
  message: 'push.message',
} as const satisfies Record<WakeNews['kind'], HookEvent['type']>

/** All by which devices are woken, as one; undefined where there is none. */
export function wakersOf(push: PushService | undefined, hooks: Hooks | undefined): Waker | undefined {
  const byHook = hooks !== undefined && Object.values(TYPES).some((type) => hooks.wants(type))
  const wakers = [...(push === undefined ? [] : [push]), ...(byHook ? [hookWaker(hooks)] : [])]
  if (wakers.length === 0) return undefined
  return {
    async reaches(user) {
      for (const waker of wakers) if (await waker.reaches(user)) return true
      return false
    },
    tell(user, news) {
      for (const waker of wakers) waker.tell(user, news)
    },
  }
}

/** Another program wakes, and may be able to wake anybody. */
function hookWaker(hooks: Hooks): Waker {
  return {
    reaches: () => Promise.resolve(hooks.wants(TYPES.call)),
    tell(user, news) {
      hooks.tell({ type: TYPES[news.kind], user, news })
    },
  }
}
