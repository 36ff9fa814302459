import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { err, ok, type Result } from '../../domain/result.ts'
import type { CompareTask, HashTask } from './bcrypt-worker.ts'

interface Threads {
  run(task: HashTask, options: { name: 'hash' }): Promise<string>
  run(task: CompareTask, options: { name: 'compare' }): Promise<boolean>
  destroy(): Promise<void>
}

/** bcrypt in threads of its own, with a bound on what is accepted and not yet answered. */
export class BcryptPool {
  readonly #threads: Threads
  readonly #maxPending: number
  #pending = 0
  #closed = false

  constructor(threads: number, maxPending: number) {
    this.#maxPending = maxPending
    this.#threads = startThreads(threads)
  }

  hash(task: HashTask): Promise<Result<string, 'overloaded'>> {
    return this.#accept(() => this.#threads.run(task, { name: 'hash' }))
  }

  compare(task: CompareTask): Promise<Result<boolean, 'overloaded'>> {
    return this.#accept(() => this.#threads.run(task, { name: 'compare' }))
  }

  /** Ends the threads at once; what was under way is answered with `overloaded`. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#threads.destroy()
  }

  // Counted here rather than by piscina's maxQueue, which refuses with an error known only by its message.
  async #accept<T>(work: () => Promise<T>): Promise<Result<T, 'overloaded'>> {
    if (!this.#hasRoom()) return err('overloaded')
    this.#pending += 1
    try {
      return ok(await work())
    } catch (fault) {
      if (this.#closed) return err('overloaded')
      throw fault
    } finally {
      this.#pending -= 1
    }
  }

  #hasRoom(): boolean {
    return !this.#closed && this.#pending < this.#maxPending
  }
}

// All start with the pool and stay: none is to be started when descriptors or memory have run out.
function startThreads(threads: number): Threads {
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
