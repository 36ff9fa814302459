import { describe } from 'vitest'
import { messageFilesContract } from '../../unit/messages/message-files.contract.ts'
import { messagesContract } from '../../unit/messages/messages.contract.ts'
import { canRun } from '../program.ts'
import { openAll } from './rig.ts'
import { postgresServer } from './server.ts'

describe.skipIf(!canRun('initdb', 'postgresql'))('PostgreSQL', () => {
  const server = postgresServer()

  const open = async () => (await openAll(await server().createDatabase())).openMessages()
  messagesContract('messages in PostgreSQL', open)
  messageFilesContract('files of messages in PostgreSQL', open)
})
