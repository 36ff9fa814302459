import type { Client } from 'roomrtc-client'
import { type View, watchOf } from 'roomrtc-client/watch'

/** How often it is asked who has come meanwhile, of those who are not in sight, and for how many at most. */
const NEWCOMERS_MS = 60_000
const MOST_NEWCOMERS = 200

/** Rows that are near are as good as in sight: they will be soon. */
const NEAR = '200px'

/** Who has come, of each client. As long as it is there, not everybody is told of, also while no list is on the screen. */
const newcomersOf = new WeakMap<Client, View>()

/** Keeps those up to date whose rows are in sight, and looks for newcomers; what it gives ends that. */
export function followSight(client: Client, list: Element): () => void {
  const watch = watchOf(client)
  const newcomers = newcomersOf.get(client) ?? watch.view()
  if (!newcomersOf.has(client)) newcomers.set({})
  newcomersOf.set(client, newcomers)
  const inSight = watch.view()
  const seen = new Map<Element, string>()
  const show = (): void => {
    inSight.set({ users: new Set(seen.values()) })
  }
  const sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const id = target.getAttribute('data-user')
        if (isIntersecting && id !== null) seen.set(target, id)
        else seen.delete(target)
      }
      show()
    },
    { rootMargin: NEAR },
  )
  const observe = (): void => {
    for (const row of list.children) sight.observe(row)
  }
  const rows = new MutationObserver((changes) => {
    for (const { removedNodes } of changes)
      for (const node of removedNodes)
        if (node instanceof Element && node.parentNode !== list) {
          sight.unobserve(node)
          seen.delete(node)
        }
    observe()
    show()
  })
  observe()
  rows.observe(list, { childList: true })
  // It may have been long that there was no list.
  void lookForNewcomers()
  const timer = window.setInterval(() => void lookForNewcomers(), NEWCOMERS_MS)

  return () => {
    sight.disconnect()
    rows.disconnect()
    window.clearInterval(timer)
    inSight.close()
  }

  /** Their rows come into sight by themselves, once it is known here that they are here. */
  async function lookForNewcomers(): Promise<void> {
    if (document.hidden) return
    try {
      const { users } = await client.users.search({ state: 'Available', limit: MOST_NEWCOMERS })
      const news = users.filter(({ id, state }) => client.users.get(id)?.state !== state)
      newcomers.set({ users: news.map(({ id }) => id) })
    } catch {
      // The next time, then.
    }
  }
}
