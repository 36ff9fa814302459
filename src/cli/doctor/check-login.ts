import { troubleOf } from './cures.ts'
import { fault, ok, type Tell, warning } from './finding.ts'
import { type Line, Refused } from './line.ts'
import { clockFinding } from './check-clock.ts'
import type { Settings } from './settings.ts'
import { iceFindings } from './stun/check-stun.ts'

export type Credentials =
  | { readonly username: string; readonly password_hash: string }
  | { readonly token: string }

/** Logs in, looks at every STUN and TURN server that it is given, and logs out. */
export async function checkLogin(
  line: Line,
  credentials: Credentials,
  settings: Settings,
  tell: Tell,
): Promise<void> {
  const { timeoutMs: ms, now } = settings
  try {
    line.send({ type: 'LOGIN_REQUEST', payload: credentials })
    const { payload } = await line.next(ms, 'LOGIN_RESPONSE')
    if (!payload.success) throw new Refused(payload.reason, payload.error)
    tell(ok('login', `logged in as ${payload.username}`))
  } catch (error) {
    const { message, cure } = troubleOf(error)
    tell(fault('login', message, cure))
    return
  }
  try {
    const { payload } = await line.next(ms, 'ICE_SERVERS')
    const { ice_servers: servers, ttl_secs: ttl } = payload
    if (!servers.some(({ urls }) => urls.some((url) => /^turns?:/i.test(url)))) {
      const cure = 'add one to webrtc.turn_servers: without it calls between some networks have no sound'
      tell(warning('turn', 'the server gives its clients no TURN server', cure))
    }
    // The name of a credential begins with its end by the server's clock.
    const [expiry] = servers.flatMap(({ username }) => /^(\d+):/.exec(username ?? '')?.[1] ?? [])
    if (ttl !== undefined && expiry !== undefined)
      tell(clockFinding('TURN credential', (Number(expiry) - ttl) * 1000 - now(), 2000))
    for (const found of await iceFindings(servers, settings)) tell(found)
  } catch (error) {
    const { message, cure } = troubleOf(error)
    tell(fault('ice', message, cure))
  }
  line.send({ type: 'LOGOUT_REQUEST', payload: {} })
  await line.next(ms, 'LOGOUT_RESPONSE').catch(() => undefined)
}
