import { z } from 'zod'
import { CommandFailure, refused } from '../ctl/command-failure.ts'
import { ExitCode } from '../exit-code.ts'

const TIMEOUT_MS = 10_000

const entered = z.object({ token: z.string() })
const refusal = z.object({ error: z.string(), message: z.string() })

/** A token for a name without an account (GUEST-1). */
export async function enterAsGuest(base: URL, username: string): Promise<string> {
  const answer = await ask(base, username)
  const read = entered.safeParse(answer)
  if (read.success) return read.data.token
  const why = refusal.safeParse(answer)
  if (why.success) throw refused(why.data.error, why.data.message)
  throw refused('not_understood', `${base.href} does not answer as a roomrtc-server does`)
}

async function ask(base: URL, username: string): Promise<unknown> {
  try {
    const response = await fetch(new URL('/api/users/register', base), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return await response.json()
  } catch (error) {
    const why =
      error instanceof Error ? (error.cause instanceof Error ? error.cause : error).message : String(error)
    throw new CommandFailure(ExitCode.unreachable, 'unreachable', `no answer from ${base.href}: ${why}`)
  }
}
