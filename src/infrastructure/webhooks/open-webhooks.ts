import { HOOK_RESULTS, type HookResult, type Hooks, type HookType } from '../../application/ports/hooks.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Ids } from '../../application/ports/system/ids.ts'
import { openPostLine } from '../outgoing/post.ts'
import { bodyOf } from './event-body.ts'
import { Destination, type DestinationOptions } from './destination.ts'
import { makePostJson } from './post-json.ts'

interface Options extends Omit<DestinationOptions, 'name' | 'secret' | 'post' | 'count'> {
  readonly endpoints: readonly {
    readonly url: string
    readonly secret: string
    readonly events: readonly HookType[]
  }[]
  readonly timeoutMs: number
  /** Whether the text of messages is told as well. */
  readonly includeText: boolean
  readonly ids: Pick<Ids, 'message'>
  readonly clock: Clock
}

export interface OpenWebhooks extends Hooks {
  /** Sends what waits, for a short while. */
  close(): Promise<void>
}

/** So long a stop waits for what is still to be sent. */
const CLOSING_MS = 2000

/** Tells each of the URLs what it wants to hear. */
export function openWebhooks({
  endpoints,
  includeText,
  timeoutMs,
  ids,
  clock,
  ...rest
}: Options): OpenWebhooks {
  const results = new Map<HookResult, number>(HOOK_RESULTS.map((result) => [result, 0]))
  const count = (result: HookResult): void => {
    results.set(result, (results.get(result) ?? 0) + 1)
  }
  const open = endpoints.map(({ url, secret, events }) => {
    const line = openPostLine({ timeoutMs, maxSockets: 1 })
    const post = makePostJson(url, line.post)
    const { origin: name } = new URL(url)
    const destination = new Destination({ ...rest, clock, name, secret, post, count })
    return { destination, line, wants: new Set(events) }
  })

  return {
    tell(event) {
      const interested = open.filter(({ wants }) => wants.has(event.type))
      if (interested.length === 0) return
      const fresh = ids.message(clock.wallMs())
      // A message that its client sends again is the same event.
      const id = event.type === 'message.sent' ? event.message : fresh.id
      const body = bodyOf(event, { id, at: fresh.at }, includeText)
      for (const { destination } of interested) destination.add(id, body)
    },
    wants: (type) => open.some(({ wants }) => wants.has(type)),
    results: () => results.entries(),
    waiting: () => open.reduce((sum, { destination }) => sum + destination.waiting, 0),
    async close() {
      await Promise.all(open.map(({ destination }) => destination.close(CLOSING_MS)))
      for (const { line } of open) line.close()
    },
  }
}
