import { StartupError } from '../application/ports/system/startup-error.ts'

/** Waits for all, and tells the faults of all together. */
export async function openAll<Opened extends readonly unknown[]>(
  opening: [...Opened],
): Promise<{ [Key in keyof Opened]: Awaited<Opened[Key]> }> {
  const faults: string[] = []
  for (const result of await Promise.allSettled(opening)) {
    if (result.status === 'fulfilled') continue
    if (!(result.reason instanceof StartupError)) throw result.reason
    faults.push(...result.reason.faults)
  }
  if (faults.length > 0) throw new StartupError(faults)
  return Promise.all(opening)
}
