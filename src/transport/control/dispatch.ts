import type { SecurityLog } from '../../application/ports/security-log.ts'
import { Fenced, Unavailable } from '../../application/ports/shared-state-errors.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { deny, type Reply, type Route } from './route.ts'

/** Carries a request out, whichever way it came. */
export type DispatchControl = (method: string, path: string, input: unknown) => Promise<Reply>

interface Witnesses {
  readonly log: Log
  readonly securityLog: SecurityLog
}

/** `by`: who does it, for the logs, in which every change is a security event. */
export function makeDispatchControl(
  routes: readonly Route[],
  by: string,
  { log, securityLog }: Witnesses,
): DispatchControl {
  const table = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]))
  const paths = new Set(routes.map(({ path }) => path))

  return async (method, path, input) => {
    const route = table.get(`${method} ${path}`)
    if (route === undefined)
      return paths.has(path)
        ? deny(405, 'method_not_allowed', `${path} is not for ${method}`)
        : deny(404, 'no_such_path', `there is no ${path}`)
    const { action } = route
    try {
      const { about, subject, ...reply } = await route.handle(input)
      if (action !== undefined) {
        const outcome = reply.answer.ok ? 'done' : reply.answer.error.reason
        log.info({ security: 'administration', by, action, ...about, outcome }, 'administration')
        securityLog.write({ event: 'administration', reason: outcome, ...subject, action, by })
      }
      return reply
    } catch (error) {
      if (error instanceof Unavailable || error instanceof Fenced) {
        const reason = 'storage_unavailable'
        if (action !== undefined) {
          log.info({ security: 'administration', by, action, outcome: reason }, 'administration')
          securityLog.write({ event: 'administration', reason, action, by })
        }
        return deny(503, reason, 'what the nodes share is not to be had now; look at Redis')
      }
      log.error({ by, action, path, err: error }, 'fault while administrating')
      if (action !== undefined) securityLog.write({ event: 'administration', reason: 'internal', action, by })
      return deny(500, 'internal', 'an unknown fault, which the log has')
    }
  }
}
