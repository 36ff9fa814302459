import { type Connection, ConnectionLost } from './connection.ts'
import type { Reply } from '../wire/reply.ts'

/** A connection that is silent for so long is as good as lost, and is closed. */
export async function answered(
  connection: Connection,
  args: readonly string[],
  withinMs: number,
): Promise<Reply> {
  const timer = setTimeout(() => {
    connection.close()
  }, withinMs)
  try {
    return await connection.run(args)
  } catch (error) {
    throw connection.isOpen() ? error : new ConnectionLost(error)
  } finally {
    clearTimeout(timer)
  }
}
