import type { Client, ClientState, User } from 'roomrtc-client'
import type { HeldLine } from '../support/held-line.ts'
import { within } from './within.ts'

const DEADLINE_MS = 10_000

/** Somebody with an account and a connection to the server. */
export interface Party {
  readonly name: string
  readonly userId: string
  readonly client: Client
  readonly line: HeldLine
}

/** Waits until somebody has been told that another one is in this state. */
export function learns({ name, client }: Party, whose: Party, state: User['state']): Promise<void> {
  const told = new Promise<void>((resolve) => {
    const look = () => {
      if (client.users.get(whose.userId)?.state !== state) return
      end()
      resolve()
    }
    const end = client.users.on('change', look)
    look()
  })
  return within(DEADLINE_MS, `for ${name} to learn that ${whose.name} is ${state}`, told)
}

/** Waits until the client is in this state. */
export function becomes({ name, client }: Party, state: ClientState['name']): Promise<void> {
  const become = new Promise<void>((resolve) => {
    const look = () => {
      if (client.state.name !== state) return
      end()
      resolve()
    }
    const end = client.on('state', look)
    look()
  })
  return within(DEADLINE_MS, `for ${name} to be ${state}`, become)
}
