import { parseUserId } from '../../../src/domain/ids.ts'
import type { User } from '../../../src/domain/user.ts'

/** `id-7`, "user 7". */
export function someUser(i: number): User {
  const id = parseUserId(`id-${i}`)
  if (id === undefined) throw new Error('no id')
  return { id, username: `user ${i}` }
}
