import { randomBytes, randomUUID } from 'node:crypto'
import type { Ids } from '../../application/ports/system/ids.ts'
import { parseCallId, parseFileId, parseSessionId, parseUserId } from '../../domain/ids.ts'
import { createMessageIds } from './message-ids.ts'

/** 24 characters, which fit into a link. */
const INVITE_BYTES = 18

/** Random UUIDs (version 4), of messages those of version 7. */
export const randomIds: Ids = {
  user: () => fresh(parseUserId),
  call: () => fresh(parseCallId),
  session: () => fresh(parseSessionId),
  file: () => fresh(parseFileId),
  invite: () => randomBytes(INVITE_BYTES).toString('base64url'),
  roomLife: () => randomUUID(),
  message: createMessageIds(),
}

function fresh<Id>(parse: (text: string) => Id | undefined): Id {
  const id = parse(randomUUID())
  if (id === undefined) throw new Error('a UUID is not accepted as an id')
  return id
}
