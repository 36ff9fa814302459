/** Runs pieces of asynchronous work one after another, each wholly before the next begins. */
export type Exclusive = (work: () => Promise<void>) => Promise<void>

/**
 * What changes sessions, calls or presence, together with the delivery of its effects, is such a piece: so everybody
 * is told of changes in the order in which they happened. Slow work (hashing, the disk) is done before it.
 */
export function createExclusive(): Exclusive {
  let last: Promise<void> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
}
