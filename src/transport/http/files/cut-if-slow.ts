import type { IncomingMessage } from 'node:http'

/** However slowly it comes, the body of a request has ended by then. */
const LONGEST_MS = 60 * 60 * 1000

/** Breaks off a request of whose body nothing comes for so long, or that never ends; until what this gives is called. */
export function cutIfSlow(incoming: IncomingMessage, idleMs: number): () => void {
  const { socket } = incoming
  let moved = socket.bytesRead
  const idle = setInterval(() => {
    if (socket.bytesRead === moved) cut()
    moved = socket.bytesRead
  }, idleMs)
  const longest = setTimeout(cut, LONGEST_MS)
  return () => {
    clearInterval(idle)
    clearTimeout(longest)
  }

  function cut(): void {
    // What is being done with a body that is there has its own deadlines.
    if (!incoming.complete) socket.destroy()
  }
}
