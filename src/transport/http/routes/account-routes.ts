import { createRoute, z } from '@hono/zod-openapi'
import type { IssuedToken } from '../../../application/ports/access-tokens.ts'
import { nativeDigest } from '../../../domain/native-digest.ts'
import { err, ok, type Result } from '../../../domain/result.ts'
import type { User } from '../../../domain/user.ts'
import type { Inquiries } from '../../../session/inquiries.ts'
import { type HttpRefusal, refused } from '../answers.ts'
import type { App } from '../app.ts'
import { body, errors, json } from '../route-parts.ts'
import type { Mailboxes } from '../sessions/mailboxes.ts'
import { refusalOf } from '../sessions/refusal-of.ts'

interface Deps {
  readonly enterAsGuest: Inquiries['enterAsGuest']
  readonly mailboxes: Mailboxes
  /** Looks at one password after another, and makes a token for whoever knows one. */
  readonly logIn: (
    address: string,
    credentials: { readonly username: string; readonly passwords: readonly string[] },
  ) => Promise<Result<{ readonly user: User; readonly issued: IssuedToken }, HttpRefusal>>
}

const password = z
  .string()
  .min(1)
  .max(4096)
  .describe('As the person typed it. Native clients of the same account use the same.')
const password_hash = z
  .string()
  .min(1)
  .max(4096)
  .describe('In place of password: what LOGIN_REQUEST has, for clients that make something else of it')

const credentials = z.object({
  username: z.string().max(1024),
  password: password.optional(),
  password_hash: password_hash.optional(),
})

const user = { user_id: z.string(), username: z.string() }

const registerRoute = createRoute({
  method: 'post',
  path: '/api/users/register',
  request: { body: body(credentials.extend({ invite: z.string().max(128).optional() })) },
  responses: {
    ...errors,
    201: json(
      'The account is there; of a guest with its token',
      z.object({ ...user, token: z.string().optional() }),
    ),
  },
})

const loginRoute = createRoute({
  method: 'post',
  path: '/auth/login',
  request: { body: body(credentials) },
  responses: {
    ...errors,
    200: json(
      'A token; no session yet',
      z.object({ token: z.string(), token_type: z.literal('Bearer'), expires_in: z.int(), ...user }),
    ),
  },
})

const registered = z.object(user)

/** Accounts, and the tokens that stand in place of passwords. */
export function addAccountRoutes(app: App, { mailboxes, logIn, enterAsGuest }: Deps): void {
  app.openapi(registerRoute, async (context) => {
    const given = context.req.valid('json')
    const { username } = given
    if (given.password === undefined && given.password_hash === undefined) {
      const entered = await enterAsGuest(context.var.address, username)
      if (entered.ok) {
        const { user, issued } = entered.value
        return context.json({ user_id: user.id, username: user.username, token: issued.token }, 201)
      }
      if (entered.error !== 'no_guests') return refused(context, entered.error)
    }
    const secrets = secretsOf(given)
    if (!secrets.ok) return refused(context, secrets.error)
    const [password_hash] = secrets.value
    const asked = await mailboxes.forErrand(context.var.address, (mailbox) =>
      mailbox.introduce('REGISTER_REQUEST', { username, password_hash, invite: given.invite }),
    )
    if (!asked.ok) return refused(context, asked.error)
    const made = registered.safeParse(asked.value[0])
    return made.success ? context.json(made.data, 201) : refused(context, refusalOf(asked.value[0]))
  })

  app.openapi(loginRoute, async (context) => {
    const given = context.req.valid('json')
    const passwords = secretsOf(given)
    if (!passwords.ok) return refused(context, passwords.error)
    const { username } = given
    const known = await logIn(context.var.address, { username, passwords: passwords.value })
    if (!known.ok) return refused(context, known.error)
    const { user, issued } = known.value
    const answer = {
      token: issued.token,
      token_type: 'Bearer' as const,
      expires_in: issued.expiresInSecs,
      user_id: user.id,
      username: user.username,
    }
    return context.json(answer, 200)
  })
}

/** What may be stored: first what native clients make of the password, then the password itself. */
function secretsOf(given: z.output<typeof credentials>): Result<readonly string[], HttpRefusal> {
  if (given.password_hash !== undefined) return ok([given.password_hash])
  if (given.password !== undefined) return ok([nativeDigest(given.password), given.password])
  return err({ reason: 'invalid_field', detail: 'Give "password"' })
}
