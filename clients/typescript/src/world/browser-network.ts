import type { Network } from './surroundings.ts'

interface Target {
  addEventListener(event: string, listener: () => void): void
  removeEventListener(event: string, listener: () => void): void
}

/** What a page can know. Elsewhere, as in Node, nothing is known: then there is a network, and no news of it. */
export function browserNetwork(): Network {
  return {
    online: () => property(property(globalThis, 'navigator'), 'onLine') !== false,
    watch: (listener) => {
      const page: unknown = property(globalThis, 'document')
      const isVisible = () => property(page, 'visibilityState') !== 'hidden'
      const ends = [
        hear(globalThis, 'online', () => {
          listener('online')
        }),
        hear(globalThis, 'offline', () => {
          listener('offline')
        }),
        // A page that comes back from the browser's cache.
        hear(globalThis, 'pageshow', () => {
          listener('visible')
        }),
        hear(page, 'visibilitychange', () => {
          if (isVisible()) listener('visible')
        }),
      ]
      return () => {
        for (const end of ends) end()
      }
    },
  }
}

function hear(target: unknown, event: string, listener: () => void): () => void {
  if (!isTarget(target)) return () => undefined
  target.addEventListener(event, listener)
  return () => {
    target.removeEventListener(event, listener)
  }
}

function isTarget(target: unknown): target is Target {
  return typeof property(target, 'addEventListener') === 'function'
}

function property(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined
}
