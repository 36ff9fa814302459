import type { Owner } from '../../application/account/owner.ts'
import type { SecurityLog } from '../../application/ports/security-log.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Transact, Tx } from '../../application/ports/transaction.ts'
import type { UseCases } from '../../application/use-cases.ts'
import type { Effect } from '../../application/effect.ts'
import type { Refusal } from '../../domain/refusal.ts'
import { ok, type Result } from '../../domain/result.ts'
import type { Request } from '../../protocol/codec/decode-request.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import { askerOf, type Settle } from '../requests/settle.ts'
import type { Session } from '../session.ts'
import type { OwnChanges } from './own-changes.ts'
import type { AttemptPassword } from './password-attempts.ts'

interface Deps extends Settle {
  readonly useCases: Pick<
    UseCases,
    'changePassword' | 'deleteAccount' | 'endSessions' | 'leaveForGood' | 'setDoNotDisturb'
  >
  readonly transact: Transact
  readonly attemptPassword: AttemptPassword
  readonly ownChanges: Pick<OwnChanges, 'begins'>
  readonly log: Log
  readonly securityLog: SecurityLog
}

type Handle<Payload> = (
  asker: Endpoint,
  session: Session,
  request: Request,
  payload: Payload,
) => Promise<void>

/** What users do to their own accounts; each try that needs the password is a security event in the log (ACCOUNT-7). */
interface OwnAccount {
  readonly changePassword: Handle<{ readonly password_hash: string; readonly new_password_hash: string }>
  readonly deleteAccount: Handle<{ readonly password_hash: string }>
  readonly setDoNotDisturb: Handle<{ readonly on: boolean }>
}

interface Deed {
  /** For the log. */
  readonly action: 'change password' | 'delete account'
  readonly password: string
  /** The slow part, which is durable when it is done. */
  readonly carryOut: (owner: Owner) => Promise<Result<unknown, Refusal>>
  /** What becomes of the sessions then. */
  readonly follow: (tx: Tx) => Promise<readonly Effect[]>
}

export function makeOwnAccount(deps: Deps): OwnAccount {
  const { useCases, transact, attemptPassword, ownChanges, settle, refuse, log, securityLog } = deps
  return {
    changePassword: (asker, session, request, { password_hash: password, new_password_hash: secret }) =>
      run(asker, session, request, {
        action: 'change password',
        password,
        carryOut(owner) {
          const changing = useCases.changePassword(owner, secret)
          const hasChanged = changing.then(
            (changed) => changed.ok,
            () => false,
          )
          ownChanges.begins(session, hasChanged)
          return changing
        },
        follow: async (tx) => [
          { kind: 'answer-password-changed' },
          ...(await useCases.endSessions(
            tx,
            { user: session.user.id, except: session.id },
            'account_changed',
          )),
        ],
      }),

    deleteAccount: (asker, session, request, { password_hash: password }) =>
      run(asker, session, request, {
        action: 'delete account',
        password,
        carryOut: useCases.deleteAccount,
        follow: (tx) => {
          const own = asker.session === session ? session.id : undefined
          return useCases.leaveForGood(tx, { user: session.user, own })
        },
      }),

    /** What is told is what holds by then: another session may have asked for the contrary. */
    async setDoNotDisturb(asker, session, request, { on }) {
      const { user } = session
      const saved = await useCases.setDoNotDisturb(user, on)
      await transact(
        () => Promise.resolve(saved.ok ? ok([{ kind: 'answer-do-not-disturb', user: user.id }]) : saved),
        (outcome) => {
          settle(asker, request, outcome, session)
        },
        askerOf(asker, request, session),
      )
    },
  }

  async function run(asker: Endpoint, session: Session, request: Request, deed: Deed): Promise<void> {
    const { user } = session
    const { id: conn, address } = asker
    const { action, password } = deed
    const event = { security: 'account', conn, address, user: user.id, username: user.username, action }
    const done = await attemptPassword({ address, username: user.username }, (from) =>
      deed.carryOut({ user, password, from, stillAsks: () => stillAsks(asker, session) }),
    )
    const outcome = done.ok ? 'done' : done.error.reason
    log.info({ ...event, outcome }, 'account')
    securityLog.write({ event: 'account', reason: outcome, address, userId: user.id, action })
    if (!done.ok) {
      refuse(asker, request, done.error, session)
      return
    }
    await transact(
      async (tx) => ok(await deed.follow(tx)),
      (outcome) => {
        settle(asker, request, outcome, session)
      },
      askerOf(asker, request, session),
    )
  }
}

/** A session that goes on elsewhere asks there. */
function stillAsks(asker: Endpoint, session: Session): boolean {
  return asker.isOpen && asker.session === session && !session.ended
}
