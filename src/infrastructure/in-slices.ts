/** Short beside what a client takes for a delay. */
const SLICE_MS = 5

/** Runs long work a slice at a time, between which everything else has its turn. Resolves when it is done or given up. */
export async function inSlices(steps: Iterator<undefined, void>, unless: AbortSignal): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve))
    if (unless.aborted) return
    const until = performance.now() + SLICE_MS
    do {
      if (steps.next().done === true) return
    } while (performance.now() < until)
  }
}
