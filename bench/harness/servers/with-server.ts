import { LoadGenerator } from '../load-generator.ts'
import type { ServerProcess } from './server-process.ts'
import { type ServerOptions, startDaemon, startFloor, startFloorInC } from './servers.ts'
import { withDirectory } from '../machine/with-directory.ts'

export type Task<T> = (server: ServerProcess, load: LoadGenerator) => Promise<T>

/** Starts the server and a load generator, in a directory of its own, for the task; all are gone afterwards. */
export async function withServer<T>(
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

export function withDaemon<T>(options: ServerOptions, task: Task<T>): Promise<T> {
  return withServer((directory) => startDaemon(directory, options), task)
}

export function withFloor<T>(options: ServerOptions, task: Task<T>): Promise<T> {
  return withServer((directory) => startFloor(directory, options), task)
}

/** Where there is a C compiler (`lacksCCompiler`). */
export function withFloorInC<T>(task: Task<T>): Promise<T> {
  return withServer(startFloorInC, task)
}
