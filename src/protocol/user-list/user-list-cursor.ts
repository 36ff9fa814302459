import { z } from 'zod'

/** Where a page of the user list has ended, and what was asked for. */
interface Cursor {
  readonly group: 'online' | 'offline'
  readonly username: string
  readonly query: string
  readonly state: string
}

const cursor = z.tuple([z.enum(['online', 'offline']), z.string(), z.int().min(0), z.string()])

/** The longest stored name has 1024 characters of 3 bytes; base64url makes 4 of 3. */
export const MAX_CURSOR_LENGTH = 4200

/**
 * base64url of the JSON array group, last name, length of the prefix asked for (the name begins with it), state asked
 * for or "". It tells nothing that the page did not, and nothing is kept of it here.
 */
export function writeCursor({ group, username, query, state }: Cursor): string {
  return Buffer.from(JSON.stringify([group, username, query.length, state])).toString('base64url')
}

/** Undefined for what `writeCursor` does not write. */
export function readCursor(text: string): Cursor | undefined {
  const parsed = cursor.safeParse(jsonIn(text))
  if (!parsed.success) return undefined
  const [group, username, length, state] = parsed.data
  const read = { group, username, query: username.slice(0, length), state }
  return writeCursor(read) === text ? read : undefined
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
