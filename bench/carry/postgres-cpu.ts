import type { PostgresServer } from '../../tests/support/programs/postgres-server.ts'
import { cpuUs } from '../harness/machine/process.ts'

/** What each process of PostgreSQL has taken so far, in microseconds, by its id. */
export async function postgresCpuUs(postgres: PostgresServer): Promise<ReadonlyMap<number, number>> {
  const others = 'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()'
  const processes = await postgres.sql(postgres.superUrl, others)
  return new Map(processes.map(({ pid }) => [Number(pid), cpuUs(Number(pid))]))
}

/** What all have taken between two such readings; one that began meanwhile, from its beginning. */
export function taken(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  return [...after].reduce((sum, [pid, us]) => sum + us - (before.get(pid) ?? 0), 0)
}
