/** Nobody has answered in time. */
export class TooLate extends Error {
  constructor(what: string, ms: number) {
    super(`${what} did not come within ${ms / 1000} s`)
    this.name = 'TooLate'
  }
}

/** The promise, or a rejection when it takes longer. `late` ends what is waited for. */
export async function within<T>(
  ms: number,
  what: string,
  promise: Promise<T>,
  late?: () => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late?.()
      reject(new TooLate(what, ms))
    }, ms)
  })
  try {
    return await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}
