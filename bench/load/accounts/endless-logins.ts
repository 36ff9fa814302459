import { z } from 'zod'
import { userName } from '../../shared/users.ts'
import { T } from '../../shared/wire.ts'
import { type Address, Client } from '../clients/client.ts'
import { eachOf } from '../clients/crowd.ts'

const CONNECTING_AT_A_TIME = 64

const refused = z.object({ success: z.literal(false) })

/**
 * As many logins as there are clients, at all times. Their passwords are wrong: hashed all the same, while nobody comes or
 * goes, of which all others would have to be told.
 */
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
      client.send(T.LOGIN_REQUEST, { username: userName(n), password_hash: 'wrong' })
      refused.parse(await client.next(T.LOGIN_RESPONSE))
      this.#answered += 1
    }
  }
}
