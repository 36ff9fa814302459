import type { Socket } from 'node:net'
import { addressKey } from './address-key.ts'
import { endsOf } from './ends.ts'
import type { Guest, WaitingRoom } from './waiting-room.ts'

/** Sockets whose PROXY header or TLS handshake is still to come: they wait with those who have not logged in. */
export class Arrivals {
  readonly #waitingRoom: WaitingRoom
  // By both ends: what comes out of the handshake is another socket. In the order of their coming.
  readonly #guests = new Map<string, Guest>()

  constructor(waitingRoom: WaitingRoom) {
    this.#waitingRoom = waitingRoom
  }

  /** `address`: undefined where a proxy is still to tell it. */
  add(socket: Socket, address: string | undefined): void {
    const ends = endsOf(socket)
    const guest: Guest = {
      address: address === undefined ? undefined : addressKey(address),
      isBusy: false,
      crowdOut: () => socket.destroy(),
    }
    this.#guests.set(ends, guest)
    socket.once('close', () => {
      if (this.#guests.get(ends) === guest) this.#remove(ends)
    })
    this.#waitingRoom.enter(guest)
  }

  /** It is a connection now. */
  remove(socket: Socket): void {
    this.#remove(endsOf(socket))
  }

  /** Makes room where there is none at all: whoever has not even said who it is goes first. */
  crowdOutFirst(): void {
    for (const [ends, guest] of this.#guests) {
      this.#remove(ends)
      guest.crowdOut()
      return
    }
  }

  #remove(ends: string): void {
    const guest = this.#guests.get(ends)
    if (guest === undefined) return
    this.#guests.delete(ends)
    this.#waitingRoom.leave(guest)
  }
}
