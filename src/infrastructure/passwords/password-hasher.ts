import { availableParallelism } from 'node:os'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { PasswordHasher } from '../../application/ports/password-hasher.ts'
import { ok } from '../../domain/result.ts'
import { bcryptCost, dummyHash } from './bcrypt-hash.ts'
import { BcryptPool } from './bcrypt-pool.ts'
import { bcryptSecret } from './bcrypt-secret.ts'
import { HashPace } from './hash-pace.ts'
import { isLegacyDigest, matchesLegacyDigest } from './legacy-digest.ts'

interface PasswordHasherOptions {
  /** bcrypt's cost: the work is 2^cost rounds. */
  readonly cost: number
  /** Threads; 0 stands for one less than there are cores, from 1 to 8. */
  readonly threads: number
  /** Passwords accepted and not yet answered, at most; more are refused with `overloaded`. */
  readonly maxPending: number
  readonly clock: Clock
}

/** The port, and how much there is to do. */
interface MeasuredHasher extends PasswordHasher {
  readonly load: BcryptPool['load']
}

/** What a round of bcrypt takes on an ordinary machine. */
const ROUND_MS = 0.055

/**
 * bcrypt in threads. Every verification that fails takes the time of one comparison at the configured cost; only hashes
 * made when the cost was set higher than now take longer.
 */
export function createPasswordHasher(options: PasswordHasherOptions): MeasuredHasher {
  const { cost, maxPending, clock } = options
  const threads = options.threads > 0 ? options.threads : Math.min(8, Math.max(1, availableParallelism() - 1))
  const pace = new HashPace(threads, ROUND_MS * 2 ** cost)
  const pool = new BcryptPool({ threads, maxPending, pace, clock })

  return {
    hash: (password, from) => pool.hash({ secret: bcryptSecret(password), cost }, from),

    async verify(password, hash = '', from) {
      if (isLegacyDigest(hash) && matchesLegacyDigest(password, hash))
        return ok({ matches: true, stale: true })
      const hashCost = bcryptCost(hash)
      const known = hashCost === undefined ? dummyHash(cost) : hash
      const compared = await pool.compare({ secret: bcryptSecret(password), hash: known, cost }, from)
      if (!compared.ok) return compared
      const matches = compared.value && hashCost !== undefined
      return ok({ matches, stale: matches && hashCost !== cost })
    },

    get load() {
      return pool.load
    },

    close: () => pool.close(),
  }
}
