/** Short beside what a client takes for a delay. */
const SLICE_MS = 5

/**
 * Runs long work a slice at a time, between which everything else has its turn. Resolves to its result, or to undefined
 * when it is given up.
 */
export async function inSlices<T>(steps: Iterator<undefined, T>): Promise<T>
export async function inSlices<T>(steps: Iterator<undefined, T>, unless: AbortSignal): Promise<T | undefined>
export async function inSlices<T>(
  steps: Iterator<undefined, T>,
  unless?: AbortSignal,
): Promise<T | undefined> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve))
    if (unless?.aborted === true) return undefined
    const until = performance.now() + SLICE_MS
    do {
      const step = steps.next()
      if (step.done === true) return step.value
    } while (performance.now() < until)
  }
}

/** The same while nothing else is to have a turn. */
export function atOnce<T>(steps: Iterator<undefined, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
