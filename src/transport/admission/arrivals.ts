import type { Socket } from 'node:net'
import { endsOf } from './ends.ts'
import type { Guest, WaitingRoom } from './waiting-room.ts'

interface Arrival extends Guest {
  readonly socket: Socket
  /** How many of its requests are being handled. */
  requests: number
  /** Called when the socket is gone. */
  readonly gone: () => void
}

/** Sockets whose PROXY header or TLS handshake is still to come: they wait with those who have not logged in. */
export class Arrivals {
  readonly #waitingRoom: WaitingRoom
  // By both ends: what comes out of the handshake is another socket. In the order of their coming.
  readonly #guests = new Map<string, Arrival>()

  constructor(waitingRoom: WaitingRoom) {
    this.#waitingRoom = waitingRoom
  }

  /** `lost`: it is gone without having become a connection. `address`: undefined where a proxy is still to tell it. */
  add(socket: Socket, address: string | undefined, lost: (address: string) => void): void {
    const ends = endsOf(socket)
    const gone = (): void => {
      const guest = this.#guests.get(ends)
      if (guest?.socket !== socket) return
      this.#remove(ends)
      if (guest.address !== undefined) lost(guest.address)
    }
    socket.on('close', gone)
    this.#enter(ends, socket, address, gone)
  }

  /** Tells the address of one that came without. */
  identify(socket: Socket, address: string): void {
    const ends = endsOf(socket)
    const guest = this.#guests.get(ends)
    if (guest === undefined || guest.address !== undefined) return
    this.#remove(ends)
    this.#enter(ends, socket, address, guest.gone)
  }

  /** It does not wait any more: it is a connection now, for one. Gives it back, if it did. */
  remove(socket: Socket): Guest | undefined {
    // Who asks a socket for its ends leaves them in it for good.
    if (this.#guests.size === 0) return undefined
    const guest = this.#remove(endsOf(socket))
    guest?.socket.off('close', guest.gone)
    return guest
  }

  /** What it has asked is being handled, until what this gives is called. */
  attend(socket: Socket): () => void {
    const guest = this.#guests.get(endsOf(socket))
    if (guest === undefined) return () => undefined
    guest.requests += 1
    return () => {
      guest.requests -= 1
    }
  }

  /** Of a port on which who has said nothing is owed no last word: cuts them off. */
  dismissSilent(port: number): void {
    for (const { socket } of [...this.#guests.values()])
      if (socket.localPort === port && socket.bytesRead === 0) socket.destroy()
  }

  /** Makes room where there is none at all: whoever has not even said who it is goes first. */
  crowdOutFirst(): void {
    for (const [ends, guest] of this.#guests) {
      this.#remove(ends)
      guest.crowdOut()
      return
    }
  }

  #enter(ends: string, socket: Socket, address: string | undefined, gone: () => void): void {
    const guest: Arrival = {
      socket,
      address,
      gone,
      requests: 0,
      get isBusy() {
        return this.requests > 0
      },
      crowdOut: () => socket.destroy(),
    }
    this.#guests.set(ends, guest)
    this.#waitingRoom.enter(guest)
  }

  #remove(ends: string): Arrival | undefined {
    const guest = this.#guests.get(ends)
    if (guest === undefined) return undefined
    this.#guests.delete(ends)
    this.#waitingRoom.leave(guest)
    return guest
  }
}
