import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new directory on the disk that temporary files are on, gone afterwards. */
export async function withDirectory<T>(task: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'roomrtc-bench-'))
  try {
    return await task(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
