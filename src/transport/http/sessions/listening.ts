import type { Socket } from 'node:net'

const signals = new WeakMap<Socket, AbortSignal>()

/**
 * Tells when the client is gone. That of the request does not always: of requests that were sent without waiting for the
 * answers before them only the first hears of it.
 */
export function goneSignal(socket: Socket): AbortSignal {
  const known = signals.get(socket)
  if (known !== undefined) return known
  const gone = new AbortController()
  signals.set(socket, gone.signal)
  if (socket.destroyed) gone.abort()
  else
    socket.once('close', () => {
      gone.abort()
    })
  return gone.signal
}

/** Waits for it, but not for a client that is gone. */
export async function orGone(waiting: Promise<unknown>, gone: AbortSignal): Promise<void> {
  if (gone.aborted) return
  let stop = (): void => undefined
  const leaving = new Promise<void>((resolve) => {
    stop = () => {
      gone.removeEventListener('abort', stop)
      resolve()
    }
    gone.addEventListener('abort', stop)
  })
  await Promise.race([waiting, leaving]).finally(stop)
}
