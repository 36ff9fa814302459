import { afterAll, beforeAll } from 'vitest'
import { type Options, type PostgresServer, startPostgres } from '../../support/programs/postgres-server.ts'

export { PASSWORD, type PostgresServer, ROLE } from '../../support/programs/postgres-server.ts'

/** For all tests of a file; its end is seen to. */
export function postgresServer(options: Options = {}): () => PostgresServer {
  let made: Awaited<ReturnType<typeof startPostgres>> | undefined
  beforeAll(async () => {
    made = await startPostgres(options)
  })
  afterAll(async () => {
    await made?.end()
  })
  return () => {
    if (made === undefined) throw new Error('no PostgreSQL yet')
    return made.server
  }
}
