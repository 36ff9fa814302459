import { randomBytes } from 'node:crypto'
import { type MessageId, parseMessageId } from '../../domain/ids.ts'

/** Of one millisecond; after that the next one is borrowed. */
const COUNTS = 0x1000

/**
 * UUIDs of version 7 (RFC 9562): 48 bits of Unix milliseconds, a counter of 12 bits that begins anew each millisecond, and 62
 * random bits. A clock that goes back is not followed.
 */
export function createMessageIds(): (wallMs: number) => { readonly id: MessageId; readonly at: number } {
  let at = 0
  let count = 0
  return (wallMs) => {
    count += 1
    if (wallMs > at) [at, count] = [Math.floor(wallMs), 0]
    else if (count === COUNTS) [at, count] = [at + 1, 0]
    const time = at.toString(16).padStart(12, '0')
    const rest = randomBytes(8)
    rest[0] = 0x80 | ((rest[0] ?? 0) & 0x3f)
    const hex = rest.toString('hex')
    const text = `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, '0')}-${hex.slice(0, 4)}-${hex.slice(4)}`
    const id = parseMessageId(text)
    if (id === undefined) throw new Error('the clock is not at a time of this age')
    return { id, at }
  }
}
