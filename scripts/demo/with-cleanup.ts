type End = () => Promise<void> | void

/** Does the work, then ends what it began, the last begun first, whether the work went well or not. */
export async function withCleanup<T>(work: (defer: (end: End) => void) => Promise<T>): Promise<T> {
  const ends: End[] = []
  try {
    return await work((end) => ends.push(end))
  } finally {
    for (const end of ends.reverse()) await end()
  }
}
