import { createHash } from 'node:crypto'
import type { BackoffTimes, SharedAttempt, SharedFailures } from '../../../application/ports/shared-limits.ts'
import { beginLoginScript, failedOfScript, settleLoginScript } from '../scripts/failures.ts'
import { asList, asNumber } from '../wire/reply.ts'
import type { AskSoon, TellLater } from './asking.ts'

const nobodyCounts: SharedAttempt = {
  succeeded: () => undefined,
  failed: () => undefined,
  cancelled: () => undefined,
}

/**
 * Failed logins, counted in Redis. A login that has had none costs one command that writes nothing, and the first one of a
 * user from an address another one. A command that is sent again after a lost connection may count twice.
 */
export function createSharedFailures(ask: AskSoon, tellLater: TellLater): SharedFailures {
  return {
    async begin(address, username, times) {
      const keys = [keyOf('user', `${address} ${username}`), keyOf('address', address)]
      const longest = String(times.longestMs)
      const { free, freePerAddress, firstMs } = times
      const reply = await ask(beginLoginScript, [longest, ...keys, ...texts(free, freePerAddress, firstMs)])
      if (reply === undefined) return nobodyCounts
      const [wait = 0, counted = 0, suspicious = 0, isRemembered = 0] = asList(reply).map(asNumber)
      if (wait > 0) return wait
      const settle = (outcome: 'succeeded' | 'failed' | 'cancelled') => {
        tellLater(settleLoginScript, [longest, ...keys, outcome, ...texts(counted, suspicious)])
      }
      const isCounted = counted + suspicious > 0
      return {
        succeeded() {
          if (isCounted || isRemembered === 0) settle('succeeded')
        },
        failed() {
          settle('failed')
        },
        cancelled() {
          if (isCounted) settle('cancelled')
        },
      }
    },

    async failedOf(address, { freePerAddress, firstMs, longestMs }: BackoffTimes) {
      const args = [String(longestMs), keyOf('address', address), ...texts(freePerAddress, firstMs)]
      const reply = await ask(failedOfScript, args)
      return reply === undefined ? 0 : asNumber(reply)
    },
  }
}

/** Of a bounded length, and nothing to read: somebody may have typed a password in the place of the name. */
function keyOf(kind: 'user' | 'address', text: string): string {
  return createHash('sha256').update(`${kind} ${text}`).digest('base64url').slice(0, 22)
}

function texts(...numbers: readonly number[]): readonly string[] {
  return numbers.map(String)
}
