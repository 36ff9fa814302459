import type { Transact, Tx } from '../../application/ports/transaction.ts'

/**
 * The engine of a single node: one transaction wholly after the other, each on the stores themselves. What is written is
 * the truth at once, and nobody else looks until it is settled.
 */
export function createMemoryTransactions(tx: Tx): Transact {
  let last: Promise<void> = Promise.resolve()
  return (work, settle) => {
    const mine = last.then(async () => {
      settle(await work(tx))
    })
    last = mine.catch(() => undefined)
    return mine
  }
}
