import { describe } from 'vitest'
import { messagesContract } from '../../unit/messages/messages.contract.ts'
import { canRun } from '../program.ts'
import { openAll } from './rig.ts'
import { postgresServer } from './server.ts'

describe.skipIf(!canRun('initdb', 'postgresql'))('PostgreSQL', () => {
  const server = postgresServer()

  messagesContract('messages in PostgreSQL', async () =>
    (await openAll(await server().createDatabase())).openMessages(),
  )
})
