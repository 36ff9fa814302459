import { randomUUID } from 'node:crypto'
import type { Ids } from '../../application/ports/system/ids.ts'
import { parseCallId, parseSessionId, parseUserId } from '../../domain/ids.ts'

/** Random UUIDs (version 4). */
export const randomIds: Ids = {
  user: () => fresh(parseUserId),
  call: () => fresh(parseCallId),
  session: () => fresh(parseSessionId),
}

function fresh<Id>(parse: (text: string) => Id | undefined): Id {
  const id = parse(randomUUID())
  if (id === undefined) throw new Error('a UUID is not accepted as an id')
  return id
}
