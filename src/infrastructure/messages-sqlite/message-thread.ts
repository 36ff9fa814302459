import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'

/** A thread that has the file. The program may end while it runs: what was answered is on the disk. */
export function startThread(path: string): Worker {
  const extension = extname(import.meta.url)
  return new Worker(new URL(`./message-worker${extension}`, import.meta.url), {
    workerData: path,
    ...(extension === '.ts' ? { execArgv: typescriptLoader() } : {}),
  })
}

// Under tsx the worker is TypeScript as well.
function typescriptLoader(): string[] {
  return ['--import', import.meta.resolve('tsx')]
}
