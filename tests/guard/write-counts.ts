import { Socket } from 'node:net'
import { vi } from 'vitest'
import type { RawClient } from '../support/wire/raw-client.ts'

/** What the sockets of this process wrote to one client since the last `forget`. */
interface Writes {
  /** Each thing that a socket was given to write. */
  readonly given: readonly unknown[]
  /** How often a socket went to the system with what it had: once for each `_write` and `_writev`. */
  readonly calls: number
}

/** Looks over the shoulder of every socket, until the test's mocks are restored. */
export function countWrites(): { to(client: RawClient): Writes; forget(): void } {
  const given = vi.spyOn(Socket.prototype, 'write')
  const alone = vi.spyOn(Socket.prototype, '_write')
  const together = vi.spyOn(Socket.prototype, '_writev')
  return {
    to({ socket: { localPort } }) {
      const leadsTo = (from: unknown) => from instanceof Socket && from.remotePort === localPort
      return {
        given: given.mock.calls.filter((_, i) => leadsTo(given.mock.contexts[i])).map(([chunk]) => chunk),
        calls: [...alone.mock.contexts, ...together.mock.contexts].filter(leadsTo).length,
      }
    },
    forget() {
      for (const spy of [given, alone, together]) spy.mockClear()
    },
  }
}
