import { T } from '../shared/wire.ts'
import { type Address, Client } from './client.ts'
import { eachOf, logIn } from './crowd.ts'

const CONNECTING_AT_A_TIME = 64

/** As many logins as there are clients, at all times. */
export class EndlessLogins {
  #answered = 0
  #over = false

  static async start(address: Address, from: number, count: number): Promise<EndlessLogins> {
    const logins = new EndlessLogins()
    const clients = await eachOf(count, CONNECTING_AT_A_TIME, () => Client.connect(address))
    clients.forEach((client, i) => void logins.#repeat(client, from + i))
    return logins
  }

  /** Gives how many were answered. */
  stop(): number {
    this.#over = true
    return this.#answered
  }

  async #repeat(client: Client, n: number): Promise<void> {
    while (!this.#over) {
      await logIn(client, n)
      this.#answered += 1
      client.send(T.LOGOUT_REQUEST, {})
    }
  }
}
