import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'
import { hasCode } from '../file-system.ts'

const schema = z.object({
  pid: z.int().positive(),
  /** When the process began, in clock ticks since the machine's start; null where there is no /proc. */
  start: z.number().nullable(),
  host: z.string(),
})

/** Who holds a lock: the content of the lock file, as JSON. A pid alone may long be another process's. */
type LockHolder = Readonly<z.infer<typeof schema>>

export async function thisProcess(): Promise<LockHolder> {
  return { pid: process.pid, start: (await procStat(process.pid))?.start ?? null, host: hostname() }
}

export function parseHolder(text: string): LockHolder | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Whether the process lives, and is the one that wrote the lock. To be asked on the holder's host only. */
export async function isRunning({ pid, start }: LockHolder): Promise<boolean> {
  if (!isAlive(pid)) return false
  const found = await procStat(pid)
  // Nothing is told of it where there is no /proc, or once it is gone.
  if (found === undefined) return isAlive(pid)
  return found.state !== 'Z' && (start === null || found.start === start)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives and is another user's.
    return !hasCode(error, 'ESRCH')
  }
}

/** Fields 3 and 22 of /proc/<pid>/stat; field 2, the command in parentheses, may itself hold spaces and parentheses. */
async function procStat(
  pid: number,
): Promise<{ readonly state: string; readonly start: number } | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', start: Number(fields[19]) }
  } catch {
    return undefined
  }
}
