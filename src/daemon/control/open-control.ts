import { makeIssueToken } from '../../application/admin/issue-token.ts'
import type { AccessTokens } from '../../application/ports/access-tokens.ts'
import type { DoNotDisturb } from '../../application/ports/do-not-disturb.ts'
import type { Messages } from '../../application/ports/messages.ts'
import type { Invites } from '../../application/ports/invites.ts'
import type { SecurityLog } from '../../application/ports/security-log.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Metrics } from '../../application/ports/metrics.ts'
import type { PasswordHasher } from '../../application/ports/password-hasher.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import type { Config } from '../../config/schema.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Figures } from '../../session/figures/figures.ts'
import type { Inputs } from '../../session/inputs.ts'
import type { RateLimits } from '../../session/rates/rate-limits.ts'
import type { Reception } from '../../transport/admission/reception.ts'
import type { StatusAnswer } from '../../transport/control/answers.ts'
import { type ControlServer, openControlServer } from '../../transport/control/control-server.ts'
import { makeDispatchControl } from '../../transport/control/dispatch.ts'
import { banRoutes } from '../../transport/control/routes/ban-routes.ts'
import { callRoutes } from '../../transport/control/routes/call-routes.ts'
import { historyRoutes } from '../../transport/control/routes/history-routes.ts'
import { messageRoutes } from '../../transport/control/routes/message-routes.ts'
import { inviteRoutes } from '../../transport/control/routes/invite-routes.ts'
import { metricsRoute } from '../../transport/control/routes/metrics-route.ts'
import { nodeRoutes } from '../../transport/control/routes/node-routes.ts'
import { type ProcessControl, processRoutes } from '../../transport/control/routes/process-routes.ts'
import { roomRoutes } from '../../transport/control/routes/room-routes.ts'
import { sessionRoutes } from '../../transport/control/routes/session-routes.ts'
import { tokenRoutes } from '../../transport/control/routes/token-routes.ts'
import { userRoutes } from '../../transport/control/routes/user-routes.ts'
import { accountAdministration } from './account-administration.ts'
import { controlSocketPath } from './socket-path.ts'
import { VERSION } from '../version.ts'

/** What only the process knows of itself. */
export interface ProcessState extends Omit<ProcessControl, 'status'> {
  /** Where the configuration comes from. */
  readonly source: string
}

interface Parts {
  readonly config: Config
  readonly port: number
  readonly users: UserStore
  readonly doNotDisturb: DoNotDisturb
  readonly invites: Invites
  readonly messages: Messages | undefined
  readonly hasher: PasswordHasher
  readonly accessTokens: AccessTokens
  readonly inputs: Pick<Inputs, 'administration'>
  readonly reception: Pick<Reception, 'occupantCount'>
  readonly rates: RateLimits
  readonly figures: Figures
  readonly metrics: Metrics
  readonly clock: Clock
  readonly log: Log
  readonly securityLog: SecurityLog
}

/** The door of administrators, if the configuration has one. */
export async function openControl(parts: Parts, process: ProcessState): Promise<ControlServer | undefined> {
  const path = controlSocketPath(parts.config)
  if (path === undefined) return undefined
  const { administration } = parts.inputs
  const accounts = accountAdministration(parts)
  const online = {
    stateOf: administration.stateOf,
    accountsChanged: administration.accountsChanged,
    forgetHistory: administration.forgetHistory,
    endSessions: (user: UserId) => administration.endSessions({ user }),
  }
  const status = makeStatus(parts, process)
  const routes = [
    ...processRoutes({
      status,
      get logLevel() {
        return process.logLevel
      },
      get phase() {
        return process.phase
      },
      setLogLevel: process.setLogLevel,
      drain: process.drain,
      reload: process.reload,
    }),
    ...nodeRoutes({ administration }),
    ...sessionRoutes({ ...parts, administration }),
    ...userRoutes({ ...parts, ...accounts, online }),
    ...inviteRoutes(parts),
    ...callRoutes({ ...parts, administration }),
    ...historyRoutes({ ...parts, administration }),
    ...messageRoutes(parts),
    ...roomRoutes({ ...parts, administration }),
    ...banRoutes(parts),
    metricsRoute(parts.metrics),
    ...tokenRoutes({ ...parts, issueToken: makeIssueToken(parts) }),
  ]
  return openControlServer(path, makeDispatchControl(routes, 'control socket', parts), parts.log)
}

function makeStatus(
  { config, port, users, inputs, reception, rates, clock }: Parts,
  state: ProcessState,
): () => Promise<StatusAnswer> {
  const { administration } = inputs
  return async () => {
    const accounts = await users.count()
    const { rss, heapUsed: heap_used } = process.memoryUsage()
    return {
      version: VERSION,
      pid: process.pid,
      phase: state.phase,
      uptime_secs: Math.floor(process.uptime()),
      config: state.source,
      address: config.server.bind_address,
      port,
      tls: config.server.enable_tls,
      log_level: state.logLevel,
      connections: reception.occupantCount,
      sessions: administration.countSessions(),
      calls: await administration.countCalls(),
      rooms: await administration.rooms.count(),
      accounts,
      bans: [...(rates.bans?.list(clock.monotonicMs()) ?? [])].length,
      memory_bytes: { rss, heap_used },
    }
  }
}
