import type { Post } from '../../application/ports/shared-state.ts'
import { Unavailable } from '../../application/ports/shared-state-errors.ts'
import type { Pipeline } from './pipeline.ts'
import { RecentlyTold } from './restoring/told.ts'
import type { WaitingBudget } from './waiting-budget.ts'
import { encodePost, sizeOf } from './wire/encode-writes.ts'

const MAX_BATCH = { posts: 256, bytes: 256 * 1024 }

interface Gathered {
  readonly posts: readonly Post[]
  readonly args: readonly string[]
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface PostsDeps {
  readonly pipeline: Pipeline
  readonly budget: WaitingBudget
  /** The command for a batch: its number, how many posts, and the posts. */
  readonly command: (batch: number, posts: readonly string[]) => readonly string[]
}

/** Those that come while a batch is on its way gather into the next one, so at rest each is a command of its own. */
export class Posts {
  readonly #deps: PostsDeps
  #gathered: Gathered[] = []
  #onTheirWay = 0
  #batch = 0
  /** Those that Redis has not acknowledged, by their numbers. */
  readonly #unkept = new Map<number, () => void>()
  #kept = 0
  readonly told = new RecentlyTold()

  constructor(deps: PostsDeps) {
    this.#deps = deps
  }

  /** The number of the last batch that Redis has acknowledged. */
  get kept(): number {
    return this.#kept
  }

  post(posts: readonly Post[]): Promise<void> {
    const args = posts.flatMap(encodePost)
    const bytes = sizeOf(args)
    if (posts.length === 0) return Promise.resolve()
    if (!this.#deps.budget.take(bytes)) return Promise.reject(new Unavailable('too much waits for Redis'))
    return new Promise((resolve, reject) => {
      this.#gathered.push({ posts, args, bytes, resolve, reject })
      if (this.#deps.pipeline.isRefusing) this.flush()
      else if (this.#onTheirWay === 0 && this.#deps.pipeline.isConnected) this.flush()
    })
  }

  /** Sends what has gathered: what is sent after this comes after them. */
  flush(): void {
    while (this.#gathered.length > 0) this.#sendBatch(this.#takeBatch())
  }

  /** As a new member of the cluster. */
  restart(): void {
    this.#batch = 0
    this.#kept = 0
    this.told.restart()
  }

  /** Redis has had all up to this batch, though it may not have said so. */
  keptUntil(batch: number): void {
    this.#kept = Math.max(this.#kept, batch)
    for (const [number, kept] of this.#unkept) if (number <= batch) kept()
  }

  #takeBatch(): readonly Gathered[] {
    let [posts, bytes, end] = [0, 0, 0]
    for (const gathered of this.#gathered) {
      posts += gathered.posts.length
      bytes += gathered.bytes
      if (end > 0 && (posts > MAX_BATCH.posts || bytes > MAX_BATCH.bytes)) break
      end += 1
    }
    return this.#gathered.splice(0, end)
  }

  #sendBatch(batch: readonly Gathered[]): void {
    this.#batch += 1
    this.#onTheirWay += 1
    const number = this.#batch
    const args = [String(batch.reduce((sum, { posts }) => sum + posts.length, 0))]
    for (const gathered of batch) {
      for (const arg of gathered.args) args.push(arg)
      for (const { to } of gathered.posts)
        if (to !== undefined) this.told.add({ batch: number, node: to.node, session: to.session })
    }
    const done = (settle: (gathered: Gathered) => void): void => {
      if (!this.#unkept.delete(number)) return
      this.#onTheirWay -= 1
      for (const gathered of batch) {
        this.#deps.budget.giveBack(gathered.bytes)
        settle(gathered)
      }
      if (this.#onTheirWay === 0 && this.#deps.pipeline.isConnected) this.flush()
    }
    const kept = (): void => {
      this.#kept = Math.max(this.#kept, number)
      done(({ resolve }) => {
        resolve()
      })
    }
    this.#unkept.set(number, kept)
    this.#deps.pipeline.send(this.#deps.command(number, args)).then(kept, (error: unknown) => {
      done(({ reject }) => {
        reject(error)
      })
    })
  }
}
