import type { Context } from 'hono'
import type { User } from '../../domain/user.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { AppEnv } from './app.ts'
import type { HttpRefusal } from './answers.ts'
import type { HttpSession, Mailboxes } from './sessions/mailboxes.ts'

interface Deps {
  /** Whose token it is. */
  readonly authenticate: (address: string, token: string) => Promise<Result<User, HttpRefusal>>
  readonly mailboxes: Mailboxes
}

/** Who asks, as far as a request must say so. */
export interface WhoAsks {
  readonly token: (context: Context<AppEnv>) => Result<string, HttpRefusal>
  readonly user: (context: Context<AppEnv>) => Promise<Result<User, HttpRefusal>>
  /** By the header `Session`, beside the token. */
  readonly session: (context: Context<AppEnv>) => Promise<Result<HttpSession, HttpRefusal>>
}

export function makeWhoAsks({ authenticate, mailboxes }: Deps): WhoAsks {
  return { token, user, session }

  function token(context: Context<AppEnv>): Result<string, HttpRefusal> {
    const found = /^Bearer +(?<token>[^\s]+) *$/i.exec(context.req.header('authorization') ?? '')
    return found?.groups?.['token'] === undefined
      ? err({ reason: 'token_required' })
      : ok(found.groups['token'])
  }

  async function user(context: Context<AppEnv>): Promise<Result<User, HttpRefusal>> {
    const given = token(context)
    return given.ok ? authenticate(context.var.address, given.value) : given
  }

  async function session(context: Context<AppEnv>): Promise<Result<HttpSession, HttpRefusal>> {
    const asking = await user(context)
    if (!asking.ok) return asking
    const given = context.req.header('session')
    if (given === undefined)
      return err({ reason: 'unknown_session', detail: 'The header Session is missing' })
    const found = await mailboxes.find(context.var.address, given)
    if (!found.ok) return found
    // Somebody else's token does not help, not even to learn whether there is such a session.
    if (found.value.mailbox.session?.user.id !== asking.value.id) return err({ reason: 'unknown_session' })
    if (found.value.sessionToken !== given) context.header('Session', found.value.sessionToken)
    return found
  }
}
