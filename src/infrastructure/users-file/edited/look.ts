import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Pause } from '../../../application/ports/system/pause.ts'
import { errorCode } from '../../../domain/error-code.ts'

/** What a file looks like from outside: whoever writes to it, or puts another one in its place, changes it. */
export type Look = Pick<Stats, 'dev' | 'ino' | 'size' | 'mtimeMs'>

/** Undefined where there is nothing. Throws for something other than a file, which might have no end. */
export async function lookAt(path: string): Promise<Look | undefined> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new Error('it is not a file')
    return found
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

export function isSameLook(a: Look | undefined, b: Look | undefined): boolean {
  return a?.dev === b?.dev && a?.ino === b?.ino && a?.size === b?.size && a?.mtimeMs === b?.mtimeMs
}

/** For so long a file must look the same: an editor writes a file in parts, or moves the old one away first. */
const REST_MS = 100
const MAX_RESTS = 20

const never = new AbortController().signal

/** What the file looks like once nobody writes to it any more; `busy` if somebody goes on and on. */
export async function lookAtRest(path: string, pause: Pause): Promise<Look | undefined | 'busy'> {
  let before = await lookAt(path)
  for (let i = 0; i < MAX_RESTS; i++) {
    await pause(REST_MS, never)
    const now = await lookAt(path)
    if (isSameLook(before, now)) return now
    before = now
  }
  return 'busy'
}
