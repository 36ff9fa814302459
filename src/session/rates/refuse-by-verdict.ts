import type { Log } from '../../application/ports/system/log.ts'
import type { UserId } from '../../domain/ids.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import { witnessBan, type Witnesses } from '../conversation/witness.ts'
import type { Verdict } from './meter.ts'
import { pleaseWait } from './please-wait.ts'

interface Asker {
  readonly id: number
  readonly address: string
  readonly session: { readonly user: { readonly id: UserId } } | undefined
}

/** The words for what exceeds a limit, for the asker, and where it is news for the logs; `about` is the message's type. */
export function refuseByVerdict(
  verdict: Exclude<Verdict, { kind: 'granted' }>,
  { id: conn, address, session }: Asker,
  about: number | undefined,
  context: Witnesses & { readonly log: Log },
): WireRefusal {
  const user = session?.user.id
  const { waitMs } = verdict
  switch (verdict.kind) {
    case 'expelled':
      witnessBan(context, address, user)
      context.log.warn({ conn, user, banned_ms: waitMs }, 'flooding: the address is banned')
      return pleaseWait('flooding', 'Too many requests in spite of warnings', waitMs)
    case 'limited':
      if (verdict.first) context.log.info({ conn, user, in_reply_to: about }, 'rate limited')
      return pleaseWait('rate_limited', 'Too many requests', waitMs)
    default:
      return verdict satisfies never
  }
}
