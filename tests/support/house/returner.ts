import type { House, HouseClient } from './house.ts'
import { resume } from './resuming.ts'
import { type Received, T } from '../wire/wire.ts'

/** A client whose session outlives its connection: it counts what is numbered, and comes back to where it was. */
export abstract class Returner {
  readonly name: string
  readonly userId: string
  client: HouseClient
  #token: string
  #seq = 0
  readonly #house: () => House
  readonly #capabilities: readonly string[]

  protected constructor(house: () => House, client: HouseClient, name: string) {
    this.#house = house
    this.#capabilities = client.capabilities
    this.name = name
    this.client = client
    this.userId = client.userId
    this.#token = client.token
  }

  protected abstract handle(message: Received): void
  /** The session is over, and all that was in it. */
  protected abstract forget(): void
  /** RESUMED tells the state after the last of the replayed messages. */
  protected abstract compare(resumed: Received['payload']): void

  /** Handles what has come, and gives it. */
  read(): readonly Received[] {
    const received = this.client.take()
    this.#handleAll(received)
    return received
  }

  /** Comes back, or begins anew where the session is over. */
  async comeBack(): Promise<'resumed' | 'anew'> {
    const request = { session_token: this.#token, last_seq: this.#seq }
    this.client = await resume(this.#house(), request, this.#capabilities)
    this.client.userId = this.userId
    const [answer, ...rest] = this.client.take()
    if (answer?.type === T.RESUMED) {
      this.#token = String(answer.payload['session_token'])
      this.#handleAll(rest)
      this.compare(answer.payload)
      return 'resumed'
    }
    this.#seq = 0
    this.forget()
    await this.client.send(T.LOGIN_REQUEST, { username: this.name, password_hash: 'pw' })
    const [response] = this.client.take(T.LOGIN_RESPONSE)
    this.#token = String(response?.payload['session_token'])
    return 'anew'
  }

  #handleAll(received: readonly Received[]): void {
    for (const one of received) {
      this.#count(one.payload['seq'])
      this.handle(one)
    }
  }

  #count(seq: unknown): void {
    if (typeof seq !== 'number') return
    if (seq !== this.#seq + 1) throw new Error(`${this.name}: ${seq} after ${this.#seq}`)
    this.#seq = seq
  }
}
