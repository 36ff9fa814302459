import type { Socket } from 'node:net'

/** Sockets that have been told their last word and have so long to read it. They hold no place, only a descriptor. */
export class Lingering {
  readonly #timeoutMs: number
  // The earliest first.
  readonly #sockets = new Set<Socket>()

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  get size(): number {
    return this.#sockets.size
  }

  /** What the peer still sends is read and discarded: a reset caused by unread bytes would cost it our last word. */
  add(socket: Socket): void {
    if (this.#sockets.has(socket)) return
    this.#sockets.add(socket)
    const deadline = setTimeout(() => socket.destroy(), this.#timeoutMs)
    socket.once('close', () => {
      clearTimeout(deadline)
      this.#sockets.delete(socket)
    })
    socket.resume()
  }

  /** Cuts the one that has had the longest time; false where there is none. */
  cutFirst(): boolean {
    for (const socket of this.#sockets) {
      this.#sockets.delete(socket)
      socket.destroy()
      return true
    }
    return false
  }
}
