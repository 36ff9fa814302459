import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { CompareTask, HashTask } from './bcrypt-worker.ts'

export interface HashThreads {
  run(task: HashTask, options: { name: 'hash' }): Promise<string>
  run(task: CompareTask, options: { name: 'compare' }): Promise<boolean>
  destroy(): Promise<void>
}

/** All start at once and stay: none is to be started when descriptors or memory have run out. */
export function startThreads(threads: number): HashThreads {
  const extension = extname(import.meta.url)
  const pool: Piscina = new Piscina({
    filename: fileURLToPath(new URL(`./bcrypt-worker${extension}`, import.meta.url)),
    // Read by a thread as it starts, which fails if there is no such export. Each call names its own.
    name: 'compare',
    minThreads: threads,
    maxThreads: threads,
    stricterFIFO: true,
    recordTiming: false,
    ...(extension === '.ts' ? { execArgv: typescriptLoader() } : {}),
  })
  // A thread that dies fails its task, whose asker is told; piscina starts another.
  pool.on('error', () => undefined)
  return pool
}

// Under vitest or tsx the worker is TypeScript, which piscina loads by `require`. A bare `tsx/cjs` would be looked for
// from the working directory.
function typescriptLoader(): string[] {
  return ['--require', createRequire(import.meta.url).resolve('tsx/cjs')]
}
