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

type Task<T> = (server: ServerProcess, load: LoadGenerator) => Promise<T>

/** Starts the server and a load generator, in a directory of its own, for the task; all are gone afterwards. */
export function withDaemon<T>(options: ServerOptions, task: Task<T>): Promise<T> {
  return withServer((directory) => startDaemon(directory, options), task)
}

export function withFloor<T>(options: ServerOptions, task: Task<T>): Promise<T> {
  return withServer((directory) => startFloor(directory, options), task)
}

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

export function withServer<T>(
  start: (directory: string) => Promise<ServerProcess>,
  task: Task<T>,
  startLoad = () => new LoadGenerator(),
): Promise<T> {
  return withDirectory(async (directory) => {
    const server = await start(directory)
    const load = startLoad()
    try {
      return await task(server, load)
    } finally {
      await Promise.all([server.stop(), load.stop()])
    }
  })
}

/** A new directory on the disk that temporary files are on, gone afterwards. */
export async function withDirectory<T>(task: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'roomrtc-bench-'))
  try {
    return await task(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
