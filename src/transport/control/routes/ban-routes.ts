import { isIP } from 'node:net'
import { z } from 'zod'
import type { Clock } from '../../../application/ports/system/clock.ts'
import { ok } from '../../../domain/result.ts'
import type { Figures } from '../../../session/figures/figures.ts'
import type { RateLimits } from '../../../session/rates/rate-limits.ts'
import { addressKey } from '../../admission/address/address-key.ts'
import type { BansAnswer } from '../answers.ts'
import { limit } from '../limit.ts'
import { deny, type Reply, route, type Route } from '../route.ts'

interface Deps {
  readonly rates: Pick<RateLimits, 'bans'>
  readonly clock: Clock
  readonly figures: Pick<Figures, 'bans'>
}

const MAX_SECONDS = 31_536_000
const DEFAULT_SECONDS = 3600

/** An address, or a network as the list shows it. */
const address = z
  .string()
  .refine((text) => isIP(text.replace(/\/64$/, '')) !== 0, 'an IP address, such as 192.0.2.7 or 2001:db8::7')
  .transform((text) => addressKey(text.replace(/\/64$/, '')))

export function banRoutes({ rates: { bans }, clock, figures }: Deps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/bans',
      input: z.strictObject({ limit }),
      run({ limit: most }) {
        const all = [...(bans?.list(clock.monotonicMs()) ?? [])]
        const shown = all
          .slice(0, most)
          .map((ban) => ({ address: ban.address, seconds_left: Math.ceil(ban.leftMs / 1000) }))
        return { answer: ok({ bans: shown, total: all.length } satisfies BansAnswer) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/bans/add',
      action: 'bans add',
      input: z.strictObject({ address, seconds: z.int().min(1).max(MAX_SECONDS).default(DEFAULT_SECONDS) }),
      about: (input) => input,
      run({ address: banned, seconds }) {
        if (bans === undefined) return limitsAreOff
        figures.bans.add('administrator')
        bans.banFor(banned, seconds * 1000, clock.monotonicMs())
        return { answer: ok({ address: banned, seconds_left: seconds }), subject: { address: banned } }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/bans/lift',
      action: 'bans lift',
      input: z.strictObject({ address }),
      about: (input) => input,
      run({ address: banned }) {
        if (bans?.lift(banned, clock.monotonicMs()) === true)
          return { answer: ok({ address: banned }), subject: { address: banned } }
        return deny(404, 'ban_not_found', `${banned} is not banned`)
      },
    }),
  ]
}

const limitsAreOff: Reply = deny(
  409,
  'rate_limiting_off',
  'security.enable_rate_limiting is false, and so no address is banned',
)
