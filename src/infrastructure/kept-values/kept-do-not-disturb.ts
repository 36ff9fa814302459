import { join } from 'node:path'
import type { DoNotDisturb } from '../../application/ports/do-not-disturb.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import { parseUserId } from '../../domain/ids.ts'
import { KeptValues } from './kept-values.ts'

export const doNotDisturbPath = (directory: string): string => join(directory, 'users.do-not-disturb')

/** In a file beside the accounts. Of accounts that are gone nothing is kept. */
export async function openDoNotDisturb(
  path: string,
  users: Pick<UserStore, 'findById'>,
): Promise<DoNotDisturb> {
  const kept = await KeptValues.open({ path, parse: () => true as const })
  for (const [key] of [...kept.entries()]) {
    const id = parseUserId(key)
    if (id === undefined || (await users.findById(id)) === undefined) void kept.set(key, undefined)
  }
  return {
    isOn: (user) => kept.get(user) === true,
    set: (user, on) => kept.set(user, on ? true : undefined),
    close: () => kept.close(),
  }
}
