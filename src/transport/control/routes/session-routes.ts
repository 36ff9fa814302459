import { z } from 'zod'
import type { UserStore } from '../../../application/ports/user-store.ts'
import { parseSessionId } from '../../../domain/ids.ts'
import { ok } from '../../../domain/result.ts'
import type { Administration, SessionView } from '../../../session/administration.ts'
import type { SessionsAnswer } from '../answers.ts'
import { limit } from '../limit.ts'
import { deny, type Reply, route, type Route } from '../route.ts'

interface Deps {
  readonly administration: Administration
  readonly users: Pick<UserStore, 'findByName'>
}

const whose = z.union([
  z.strictObject({ session: z.string().max(128) }),
  z.strictObject({ username: z.string().max(1024) }),
])

export function sessionRoutes({ administration, users }: Deps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/sessions',
      input: z.strictObject({ username: z.string().optional(), limit }),
      run({ username, limit: most }) {
        const sessions: SessionsAnswer['sessions'] = []
        let total = 0
        for (const session of administration.sessions()) {
          if (username !== undefined && session.user.username !== username) continue
          total += 1
          if (sessions.length < most) sessions.push(present(session))
        }
        return { answer: ok({ sessions, total } satisfies SessionsAnswer) }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/sessions/end',
      action: 'sessions end',
      input: whose,
      about: (input) => input,
      run: end,
    }),
  ]

  async function end(input: z.output<typeof whose>): Promise<Reply> {
    if ('session' in input) {
      const session = parseSessionId(input.session)
      const userId = session === undefined ? undefined : administration.userOf(session)
      const ended = session === undefined ? 0 : await administration.endSessions({ session })
      if (ended > 0) return { answer: ok({ ended }), subject: { userId } }
      return deny(404, 'session_not_found', 'there is no such session')
    }
    const account = await users.findByName(input.username)
    if (account === undefined) return deny(404, 'user_not_found', 'there is no such account')
    const ended = await administration.endSessions({ user: account.id })
    return { answer: ok({ ended }), subject: { userId: account.id } }
  }
}

function present({
  id,
  user,
  capabilities,
  call,
  isConnected,
  transport,
  node,
  connection,
}: SessionView): SessionsAnswer['sessions'][number] {
  return {
    session: id,
    user_id: user.id,
    username: user.username,
    state: isConnected ? 'live' : 'detached',
    connection: connection?.id ?? null,
    transport: isConnected ? transport : null,
    address: connection?.address ?? null,
    call: call ?? null,
    capabilities: [...capabilities],
    ...(node === undefined ? {} : { node }),
  }
}
