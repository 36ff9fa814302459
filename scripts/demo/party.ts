import type { Result } from '../../src/domain/result.ts'
import type { Refused } from '../../src/sdk/account.ts'
import type { SignalingClient } from '../../src/sdk/client.ts'

/** Somebody with an account and a connection to the server. */
export interface Party {
  readonly name: string
  readonly userId: string
  readonly client: SignalingClient
}

/** What a request gave, or an error that says why it was refused. */
export function granted<T>(result: Result<T, Refused>): T {
  if (result.ok) return result.value
  throw new Error(`the server refused: ${result.error.message} (${result.error.reason})`)
}

/** Waits to be told of somebody's state, and makes sure that it is this one. */
export async function learns(party: Party, whose: Party, state: string): Promise<void> {
  const { payload } = await party.client.next('USER_STATE_UPDATE')
  if (payload.user_id === whose.userId && payload.state === state) return
  const expected = `${party.name} was to learn that ${whose.name} is ${state}`
  throw new Error(`${expected}, not that ${payload.username} is ${payload.state}`)
}
