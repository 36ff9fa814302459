import { type Connection, ConnectionLost } from './connection.ts'
import { asList, type Reply } from '../wire/reply.ts'

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

/** All at one instant: what each of them answers. */
export async function inTransaction(
  connection: Connection,
  commands: readonly (readonly string[])[],
  withinMs: number,
): Promise<readonly Reply[]> {
  const queued = [['MULTI'], ...commands].map((command) => connection.run(command))
  const [replies] = await Promise.all([answered(connection, ['EXEC'], withinMs), ...queued])
  return asList(replies)
}
