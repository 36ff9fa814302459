import type { Socket } from 'node:net'

/** Waits for the first bytes of a socket and leaves them to the next reader; undefined where none came in time. */
export function readOpening(
  socket: Socket,
  timeoutMs: number,
  done: (opening: Buffer | undefined) => void,
): void {
  const deadline = setTimeout(() => {
    finish(undefined)
  }, timeoutMs)
  socket.on('readable', take)
  socket.on('end', leave)
  socket.on('close', leave)
  // Stays: of a broken connection 'close' tells.
  socket.on('error', () => undefined)
  // What a reader before has put back is not told of again.
  take()

  function take(): void {
    const chunk: unknown = socket.read()
    if (!Buffer.isBuffer(chunk)) return
    socket.unshift(chunk)
    finish(chunk)
  }

  function leave(): void {
    finish(undefined)
  }

  function finish(opening: Buffer | undefined): void {
    clearTimeout(deadline)
    socket.off('readable', take)
    socket.off('end', leave)
    socket.off('close', leave)
    done(opening)
  }
}
