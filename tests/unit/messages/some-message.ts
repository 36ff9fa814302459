import { parseUserId } from '../../../src/domain/ids.ts'
import type { NewMessage } from '../../../src/domain/message.ts'
import { createMessageIds } from '../../../src/infrastructure/system/message-ids.ts'

const from = parseUserId('alice')
if (from === undefined) throw new Error('no id')
const { id, at } = createMessageIds()(1_780_000_000_000)

export const message: NewMessage = {
  ...{ id, from, createdAt: at, conversation: 'alice|bob', clientId: 'one' },
  ...{ guestName: undefined, text: 'hello', attachments: [] },
}
