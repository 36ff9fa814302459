import { setTimeout as pause } from 'node:timers/promises'
import { connectRaw, type RawClient } from '../../wire/raw-client.ts'
import type { Received } from '../../wire/wire.ts'
import type { Entry } from './history.ts'

/** One connection of a client, whose whole story goes into the history. */
export interface Line {
  readonly isOpen: boolean
  /** When something came last. */
  readonly heardMs: number
  send(type: number, payload: object): void
  /** The next message of these types; undefined if it does not come in time, or the connection ends. */
  next(types: readonly number[], withinMs: number): Promise<Received | undefined>
  /** At once, and nothing that is still on the way is read. */
  cut(): void
  untilClosed(): Promise<void>
}

interface Options {
  readonly client: string
  readonly node: { readonly name: string; readonly port: number }
  readonly record: (entry: Entry) => void
  /** Is told of everything that comes, before whoever waits for it. */
  readonly take: (received: Received) => void
  /** What comes that no server may send. */
  readonly complain: (fault: string) => void
}

let connections = 0

/** Undefined where nobody listens. */
export async function openLine({ client, node, record, take, complain }: Options): Promise<Line | undefined> {
  const raw = await connectRaw(node.port).catch(() => undefined)
  if (raw === undefined) return undefined
  connections += 1
  const about = { client, connection: connections }
  const waiting = new Set<{ readonly types: readonly number[]; readonly resolve: (it: Received) => void }>()
  const line = makeLine(raw)
  let isOpen = true
  let heardMs = performance.now()
  record({ ...about, atMs: performance.now(), what: 'opened', node: node.name })
  raw.divert((received) => {
    if (!isOpen) return
    heardMs = performance.now()
    const { type, payload } = received
    record({ ...about, atMs: heardMs, what: 'got', type, payload })
    take(received)
    for (const one of waiting)
      if (one.types.includes(type)) {
        waiting.delete(one)
        one.resolve(received)
      }
  })
  const closed = raw.untilClosed().then(close)
  return line

  function close(): void {
    if (!isOpen) return
    isOpen = false
    if (raw?.fault !== undefined) complain(`${client}: ${raw.fault.message}`)
    record({ ...about, atMs: performance.now(), what: 'closed' })
  }

  function makeLine(connection: RawClient): Line {
    return {
      get isOpen() {
        return isOpen
      },
      get heardMs() {
        return heardMs
      },
      send(type, payload) {
        if (!isOpen) return
        record({ ...about, atMs: performance.now(), what: 'sent', type, payload: { ...payload } })
        connection.send(type, payload)
      },
      next: async (types, withinMs) => {
        let wait: Parameters<typeof waiting.add>[0] | undefined
        const found = new Promise<Received>((resolve) => {
          wait = { types, resolve }
          waiting.add(wait)
        })
        const over = new AbortController()
        const late = pause(withinMs, undefined, { signal: over.signal }).catch(() => undefined)
        const first = await Promise.race([found, late, closed.then(() => undefined)])
        over.abort()
        if (wait !== undefined) waiting.delete(wait)
        return first
      },
      cut() {
        close()
        connection.socket.destroy()
      },
      untilClosed: () => closed,
    }
  }
}
