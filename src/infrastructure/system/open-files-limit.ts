import { readFileSync } from 'node:fs'

// "Max open files            1024                 4096                 files": the soft limit, then the hard one.
const OPEN_FILES = /^Max open files +(\d+)/m

/** How many files this process, or the one of that id, may have open; undefined where there is no limit, or no /proc to tell it. */
export function openFilesLimit(pid?: number): number | undefined {
  try {
    // Node raises the soft limit to the hard one as it starts, so that this is what there is to be had.
    const limit = OPEN_FILES.exec(readFileSync(`/proc/${pid ?? 'self'}/limits`, 'latin1'))?.[1]
    return limit === undefined ? undefined : Number(limit)
  } catch {
    return undefined
  }
}
