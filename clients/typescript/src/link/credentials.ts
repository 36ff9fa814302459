import { nativeDigest } from './native-digest.ts'
import type { PasswordLogin, TokenLogin } from './token-source.ts'

/** What LOGIN_REQUEST says. */
type Proof = { readonly username: string; readonly password_hash: string } | { readonly token: string }

/** What somebody logs in with, now and after a connection was lost. */
export interface Credentials {
  /** `expired`: the last one was refused as expired. */
  readonly proof: (why: 'login' | 'expired') => Promise<Proof>
  /** Another proof may be got when one has expired. */
  readonly renewable: boolean
  /** The same after a change of the password. */
  readonly withPassword: (password: string) => Credentials
}

export function credentialsOf(who: PasswordLogin | TokenLogin): Credentials {
  if ('token' in who) return typeof who.token === 'string' ? always({ token: who.token }) : renewed(who.token)
  const { username } = who
  return {
    ...always({ username, password_hash: nativeDigest(who.password) }),
    withPassword: (password) => credentialsOf({ username, password }),
  }
}

function always(proof: Proof): Credentials {
  const credentials: Credentials = {
    renewable: false,
    proof: () => Promise.resolve(proof),
    withPassword: () => credentials,
  }
  return credentials
}

/** A token is kept until it has expired. */
function renewed(source: (why: 'login' | 'expired') => Promise<string>): Credentials {
  let token: string | undefined
  const credentials: Credentials = {
    renewable: true,
    withPassword: () => credentials,
    proof: async (why) => {
      if (why === 'expired') token = undefined
      token ??= await source(why)
      return { token }
    },
  }
  return credentials
}
