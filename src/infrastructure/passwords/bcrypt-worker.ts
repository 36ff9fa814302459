// Runs in the pool's threads; piscina calls the exported functions by name.
import { compareSync, hashSync } from 'bcryptjs'
import { bcryptCost, dummyHash } from './bcrypt-hash.ts'
import { lowerThreadPriority } from './thread-priority.ts'

lowerThreadPriority()

export interface HashTask {
  readonly secret: string
  readonly cost: number
}

export interface CompareTask {
  readonly secret: string
  readonly hash: string
  /** What a comparison that fails takes at least, whatever the cost of `hash`. */
  readonly cost: number
}

export function hash(task: HashTask): string {
  return hashSync(task.secret, task.cost)
}

/**
 * A comparison at cost c takes 2^c rounds. A failed one of a cheaper hash is topped up to 2^cost exactly, by one
 * round each at c, c+1, … cost-1, or else its shorter time would tell an old account from an unknown one.
 */
export function compare(task: CompareTask): boolean {
  if (compareSync(task.secret, task.hash)) return true
  for (let spare = bcryptCost(task.hash) ?? task.cost; spare < task.cost; spare++) {
    compareSync(task.secret, dummyHash(spare))
  }
  return false
}
