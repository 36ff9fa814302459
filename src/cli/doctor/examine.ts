import { checkSocket, checkWebSocket } from './check-frames.ts'
import { checkHttp } from './check-http.ts'
import { checkLogin, type Credentials } from './check-login.ts'
import { troubleOf } from './cures.ts'
import { fault, type Tell } from './finding.ts'
import { findScheme } from './find-scheme.ts'
import type { Line } from './line.ts'
import type { Settings } from './settings.ts'
import { nameOf, type Scheme, type Target } from './target.ts'

/** Looks at a server from outside, by each way that is named. The first line that works is logged in on. */
export async function examine(
  targets: readonly Target[],
  credentials: Credentials | undefined,
  settings: Settings,
  tell: Tell,
): Promise<void> {
  const lines: Line[] = []
  try {
    for (const target of targets) lines.push(...(await reach(target, settings, tell)))
    if (credentials === undefined) return
    const [first] = lines
    if (first !== undefined) await checkLogin(first, credentials, settings, tell)
    else tell(fault('login', 'there is no connection to log in on', 'mend what is above'))
  } finally {
    for (const line of lines) line.close()
  }
}

async function reach(target: Target, settings: Settings, tell: Tell): Promise<readonly Line[]> {
  let scheme: Scheme
  try {
    scheme = target.scheme ?? (await findScheme(target, settings.timeoutMs))
  } catch (error) {
    const { message, cure } = troubleOf(error)
    tell(fault('tcp', `${nameOf(target)}: ${message}`, cure))
    return []
  }
  switch (scheme) {
    case 'tcp':
    case 'tls':
      return given(await checkSocket({ ...target, scheme }, settings, tell))
    case 'http':
    case 'ws':
      return web(target, 'http', 'ws')
    case 'https':
    case 'wss':
      return web(target, 'https', 'wss')
    default:
      return scheme satisfies never
  }

  /** Both are on one port. */
  async function web(at: Target, http: 'http' | 'https', ws: 'ws' | 'wss'): Promise<readonly Line[]> {
    if (!(await checkHttp({ ...at, scheme: http }, settings, tell))) return []
    return given(await checkWebSocket({ ...at, scheme: ws }, settings, tell))
  }
}

function given(line: Line | undefined): readonly Line[] {
  return line === undefined ? [] : [line]
}
