import type { Work } from '../../application/ports/transaction.ts'
import type { UseCases } from '../../application/use-cases.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { ClientMessage } from '../../protocol/message-table.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import type { PublicSettings } from '../delivery/public-settings.ts'
import type { Registry } from '../registry.ts'
import type { Session } from '../session.ts'
import { readUserListQuery } from './read-user-list-query.ts'
import { readWatching } from './read-watching.ts'

type PresenceMessage = Extract<ClientMessage, { type: 'USER_LIST_REQUEST' | 'WATCH' }>

interface Deps {
  readonly useCases: Pick<UseCases, 'listUsers' | 'namesToTell' | 'watch'>
  readonly registry: Registry
  readonly settings: PublicSettings
  readonly roomLabel: string
}

/** From a message about who is there to the use case that it asks for. */
export function makePresenceRequests({ useCases, registry, settings, roomLabel }: Deps) {
  return { workOf }

  async function workOf(
    session: Session,
    { type, payload }: PresenceMessage,
  ): Promise<Result<Work, WireRefusal>> {
    if (type === 'USER_LIST_REQUEST') return list(payload)
    const { capabilities } = session
    const max = settings.limits.max_watched ?? Infinity
    const read = readWatching(payload, { capabilities, max, roomLabel })
    if (!read.ok) return read
    const { users, rooms } = read.value
    const known = users === 'everybody' ? users : users.map((id) => registry.audience.users.known(id))
    const watching = { users: known, rooms }
    const names = await useCases.namesToTell(watching, session.watching)
    return ok((tx) => useCases.watch(tx, session, watching, names))
  }

  function list(
    payload: Extract<PresenceMessage, { type: 'USER_LIST_REQUEST' }>['payload'],
  ): Result<Work, WireRefusal> {
    const query = readUserListQuery(payload)
    if (!query.ok) return err(query.error)
    return ok(async (tx) => {
      // Making a large one takes long: between two of them everybody else has a turn.
      await new Promise((resolve) => setImmediate(resolve))
      const users = await useCases.listUsers(tx, query.value)
      return ok([{ kind: 'answer-user-list', users, query: query.value }])
    })
  }
}
