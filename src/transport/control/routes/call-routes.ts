import { z } from 'zod'
import type { Clock } from '../../../application/ports/system/clock.ts'
import { type LiveCall, talkedMs } from '../../../domain/call.ts'
import { parseCallId } from '../../../domain/ids.ts'
import { ok } from '../../../domain/result.ts'
import type { Administration } from '../../../session/administration.ts'
import type { CallsAnswer } from '../answers.ts'
import { limit } from '../limit.ts'
import { deny, route, type Route } from '../route.ts'

interface Deps {
  readonly administration: Administration
  readonly clock: Clock
}

export function callRoutes({ administration, clock }: Deps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/calls',
      input: z.strictObject({ limit }),
      async run({ limit: most }) {
        const all = await administration.calls()
        const now = clock.monotonicMs()
        const calls = all.slice(0, most).map((call) => present(call, now))
        return { answer: ok({ calls, total: all.length } satisfies CallsAnswer) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/calls/end',
      action: 'calls end',
      input: z.strictObject({ call: z.string().max(128) }),
      about: ({ call }) => ({ call }),
      async run({ call }) {
        const id = parseCallId(call)
        const ended = id !== undefined && (await administration.endCall(id))
        return ended ? { answer: ok({ ended: 1 }) } : deny(404, 'call_not_found', 'there is no such call')
      },
    }),
  ]
}

function present(call: LiveCall, now: number): CallsAnswer['calls'][number] {
  const { id, phase, caller, callee } = call
  const lasts = call.phase === 'ringing' ? now - call.since : talkedMs(call, now)
  return {
    call: id,
    phase,
    caller: caller.username,
    callee: callee.username,
    seconds: Math.floor(lasts / 1000),
  }
}
