import { z } from 'zod'
import type { IssueToken } from '../../../application/admin/issue-token.ts'
import type { AccessTokens } from '../../../application/ports/access-tokens.ts'
import { ok } from '../../../domain/result.ts'
import type { RotationAnswer, TokenAnswer } from '../answers.ts'
import { refuse } from '../refuse.ts'
import { deny, route, type Route } from '../route.ts'

interface Deps {
  readonly accessTokens: Pick<AccessTokens, 'publicKeys' | 'rotate'>
  readonly issueToken: IssueToken
}

/** As of stored names. */
const MAX_NAME_LENGTH = 1024

export function tokenRoutes({ accessTokens, issueToken }: Deps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/tokens/keys',
      input: z.strictObject({}),
      run: () => ({ answer: ok(accessTokens.publicKeys()) }),
    }),
    route({
      method: 'POST',
      path: '/v1/tokens/rotate',
      action: 'tokens rotate',
      input: z.strictObject({ forget: z.boolean().default(false) }),
      about: ({ forget }) => ({ forget }),
      async run({ forget }) {
        const rotated = await accessTokens.rotate(forget)
        if (rotated.ok) {
          const { kid, earlierKeys: earlier_keys } = rotated.value
          return { answer: ok({ kid, earlier_keys } satisfies RotationAnswer) }
        }
        return rotated.error === 'too_many_keys'
          ? deny(
              409,
              rotated.error,
              'too many earlier keys still have valid tokens; wait until some have ended',
            )
          : deny(
              503,
              rotated.error,
              'the key cannot be written, and the old one stays in use; the log has the cause',
            )
      },
    }),
    route({
      method: 'POST',
      path: '/v1/tokens/issue',
      action: 'tokens issue',
      input: z.strictObject({ username: z.string().max(MAX_NAME_LENGTH) }),
      about: ({ username }) => ({ username }),
      async run({ username }) {
        const issued = await issueToken(username)
        if (!issued.ok) return { ...refuse(issued.error), subject: { userId: issued.error.account } }
        const { user, issued: token } = issued.value
        const answer = { token: token.token, expires_in: token.expiresInSecs, user_id: user.id, username }
        return { answer: ok(answer satisfies TokenAnswer), subject: { userId: user.id } }
      },
    }),
  ]
}
