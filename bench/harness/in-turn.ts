import type { Bench } from './bench.ts'
import type { Round } from './row.ts'
import type { ServerOptions } from './servers/servers.ts'
import { type Task, withDaemon, withFloor } from './servers/with-server.ts'

/** A number for each figure. */
type Numbers = Readonly<Record<string, number>>

/** The task with floor and daemon in turn. */
export function floorAndDaemon(bench: Bench, options: ServerOptions, task: Task<Numbers>): Promise<Round[]> {
  return inTurn(bench, {
    base: () => withFloor(options, task),
    daemon: () => withDaemon(options, task),
  })
}

/** What the daemon is compared with, and the daemon, in turn. */
export async function inTurn(
  bench: Bench,
  { base, daemon }: { readonly base: () => Promise<Numbers>; readonly daemon: () => Promise<Numbers> },
): Promise<Round[]> {
  const rounds: Round[] = []
  for (let i = 0; i < bench.rounds; i++) {
    const bases = await base()
    const values = await daemon()
    rounds.push(
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, { daemon: value, base: bases[name] ?? NaN }]),
      ),
    )
  }
  return rounds
}
