import type { UserId } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { ShownMessage } from './message-effect.ts'

/** The names that senders have now: names are not stored, but those of guests. */
export async function withNames(
  users: Pick<UserStore, 'findById'>,
  messages: readonly Message[],
): Promise<readonly ShownMessage[]> {
  const names = new Map<UserId, string>()
  const shown: ShownMessage[] = []
  for (const message of messages) {
    const { from, guestName = '' } = message
    const username = names.get(from) ?? (await users.findById(from))?.username ?? guestName
    names.set(from, username)
    shown.push({ message, username })
  }
  return shown
}
