import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Round } from './row.ts'
import { LoadGenerator } from './load-generator.ts'
import { type ServerOptions, startDaemon, startFloor } from './servers.ts'
import type { ServerProcess } from './server-process.ts'

/** How much is done: `smoke` only shows that it can be done. */
export type Size = 'full' | 'quick' | 'smoke'

/** What a row works with. */
export interface Bench {
  readonly rounds: number
  /** The one for this size. */
  readonly pick: <T>(choices: Readonly<Record<Size, T>>) => T
}

export function createBench(size: Size, rounds = { full: 5, quick: 2, smoke: 1 }[size]): Bench {
  return { rounds, pick: (choices) => choices[size] }
}

type Task<T> = (server: ServerProcess, load: LoadGenerator, directory: string) => Promise<T>

/** Starts the server and a load generator, in a directory of its own, for the task; all are gone afterwards. */
function withDaemon<T>(options: ServerOptions, task: Task<T>): Promise<T> {
  return withServer((directory) => startDaemon(directory, options), task)
}

export function withFloor<T>(options: ServerOptions, task: Task<T>): Promise<T> {
  return withServer((directory) => startFloor(directory, options), task)
}

/** The task with floor and daemon in turn. It gives a number for each figure. */
export async function floorAndDaemon(
  bench: Bench,
  options: ServerOptions,
  task: Task<Readonly<Record<string, number>>>,
): Promise<Round[]> {
  const rounds: Round[] = []
  for (let i = 0; i < bench.rounds; i++) {
    const base = await withFloor(options, task)
    const daemon = await withDaemon(options, task)
    rounds.push(
      Object.fromEntries(
        Object.entries(daemon).map(([name, value]) => [name, { daemon: value, base: base[name] ?? NaN }]),
      ),
    )
  }
  return rounds
}

async function withServer<T>(
  start: (directory: string) => Promise<ServerProcess>,
  task: Task<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'roomrtc-bench-'))
  try {
    const server = await start(directory)
    const load = new LoadGenerator()
    try {
      return await task(server, load, directory)
    } finally {
      await Promise.all([server.stop(), load.stop()])
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
