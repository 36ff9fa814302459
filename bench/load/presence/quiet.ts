import { setTimeout as sleep } from 'node:timers/promises'
import { T } from '../../shared/wire.ts'
import type { Member } from '../clients/crowd.ts'

/** How long nobody is told of anybody, until it counts as the end of what the logins have set off. */
const QUIET_MS = 1000

/** See `commands.quiet`. */
export async function quiet(members: readonly Member[]): Promise<void> {
  let told = 0
  for (const { client } of members)
    client.watch(T.USER_STATE_UPDATE, () => {
      told += 1
    })
  for (let before = -1; before !== told;) {
    before = told
    await sleep(QUIET_MS)
  }
}
