import { join } from 'node:path'
import type { Messages } from '../../application/ports/messages.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Config } from '../../config/schema.ts'

/** Messages in a file, or in memory where nothing is kept. */
export async function openMessageFile({ persistence, messages }: Config, log: Log): Promise<Messages> {
  const file = messages.path === '' ? join(persistence.data_directory, 'messages.db') : messages.path
  // Only here: most daemons need none of it.
  const { openMessages } = await import('../../infrastructure/messages-sqlite/open-messages.ts')
  return openMessages({ path: persistence.enable_persistence ? file : ':memory:', log })
}
