import { constants, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'

/** What the store needs of a file open for appending; a test puts a failing or a counting one in its place. */
export interface AppendHandle {
  /** Appends all of it or throws, perhaps after a part. */
  appendFile(bytes: Uint8Array): Promise<void>
  sync(): Promise<void>
  truncate(length: number): Promise<void>
  stat(): Promise<Pick<Stats, 'dev' | 'ino' | 'size' | 'mtimeMs'>>
  close(): Promise<void>
}

/** `a` opens or creates, `ax` must create, with mode 0600; `present` opens what is there. */
export type OpenForAppend = (path: string, how: 'a' | 'ax' | 'present') => Promise<AppendHandle>

/** Accounts and sessions are for the daemon's own user only. */
export const PRIVATE_FILE = 0o600
export const PRIVATE_DIRECTORY = 0o700

export const openForAppend: OpenForAppend = (path, how) =>
  open(path, how === 'present' ? constants.O_WRONLY | constants.O_APPEND : how, PRIVATE_FILE)

/** Makes a creation or a rename in the directory survive a crash. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
