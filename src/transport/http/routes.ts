import type { AccessTokens } from '../../application/ports/access-tokens.ts'
import type { Metrics } from '../../application/ports/metrics.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { User } from '../../domain/user.ts'
import type { Administration } from '../../session/administration.ts'
import type { Inquiries } from '../../session/inquiries.ts'
import type { Reception } from '../admission/reception.ts'
import { refused } from './answers.ts'
import type { App } from './app.ts'
import { addAccountRoutes } from './routes/account-routes.ts'
import { addCallRoutes } from './routes/call-routes.ts'
import { addDebugRoutes } from './routes/debug-routes.ts'
import { addDeviceRoutes } from './routes/device-routes.ts'
import { addDocumentRoutes, DOCS_PATH } from './routes/document-routes.ts'
import { addEventRoutes } from './routes/event-routes.ts'
import { addHistoryRoutes } from './routes/history-routes.ts'
import { addMessageRoutes } from './routes/message-routes.ts'
import { addMetricsRoute } from './routes/metrics-route.ts'
import { addOwnAccountRoutes } from './routes/own-account-routes.ts'
import { addPageRoutes, PAGE_PATH } from './routes/page-routes.ts'
import { addRoomRoutes } from './routes/room-routes.ts'
import { addSessionRoutes } from './routes/session-routes.ts'
import { addSignalRoutes } from './routes/signal-routes.ts'
import { addStatusRoutes } from './routes/status-routes.ts'
import { addUserRoutes } from './routes/user-routes.ts'
import type { PageFiles } from './page-file.ts'
import type { Mailboxes } from './sessions/mailboxes.ts'
import { makeWhoAsks, type WhoAsks } from './who-asks.ts'

export interface RouteDeps {
  /** Where nothing is to be had without an upgrade. */
  readonly upgradePaths: readonly string[]
  readonly inquiries: Inquiries
  readonly administration: Pick<
    Administration,
    'sessions' | 'calls' | 'rooms' | 'countSessions' | 'countCalls'
  >
  readonly mailboxes: Mailboxes
  readonly reception: Pick<Reception, 'vouch'>
  readonly publicKeys: () => ReturnType<AccessTokens['publicKeys']>
  readonly findUser: (username: string) => Promise<User | undefined>
  readonly totalUsers: () => Promise<number>
  /** The page on which people call each other; undefined where it is not served. */
  readonly page: PageFiles | undefined
  /** Undefined where no files are uploaded. */
  readonly addFileRoutes: ((app: App, whoAsks: WhoAsks) => void) | undefined
  /** Networks of those who may watch. */
  readonly watchers: readonly string[]
  readonly metrics: Metrics
  /** It takes connections and calls. */
  readonly isReady: () => boolean
  readonly version: string
  /** How the server calls itself, to show people where they are. */
  readonly server: {
    readonly name: string
    readonly icon_url: string
    readonly registration: 'open' | 'invite' | 'closed'
  }
  readonly resumeWindowMs: number
  readonly drainTimeoutMs: number
  readonly wallMs: () => number
  readonly uptimeSecs: () => number
  readonly log: Log
}

/** Everything that can be asked. */
export function addRoutes(app: App, deps: RouteDeps): void {
  const { administration, inquiries, mailboxes, version } = deps
  const whoAsks = makeWhoAsks({ authenticate: inquiries.authenticate, mailboxes })
  const { callOf } = inquiries
  const { page } = deps
  addStatusRoutes(app, { ...deps, administration, startPage: page === undefined ? DOCS_PATH : PAGE_PATH })
  if (page !== undefined) addPageRoutes(app, page)
  addAccountRoutes(app, { ...deps, ...inquiries })
  addUserRoutes(app, { ...deps, whoAsks, administration, listUsers: inquiries.listUsers })
  addSessionRoutes(app, { ...deps, whoAsks })
  addEventRoutes(app, { ...deps, whoAsks })
  addCallRoutes(app, { ...deps, whoAsks, callOf })
  addSignalRoutes(app, { whoAsks, callOf })
  addDeviceRoutes(app, { whoAsks, mailboxes })
  addOwnAccountRoutes(app, { whoAsks })
  addRoomRoutes(app, { whoAsks, inquiries })
  addHistoryRoutes(app, { whoAsks, inquiries })
  addMessageRoutes(app, { whoAsks, inquiries })
  deps.addFileRoutes?.(app, whoAsks)
  addDebugRoutes(app, {
    ...deps,
    sessions: () => administration.sessions(),
    calls: () => administration.calls(),
    rooms: () => administration.rooms.all(),
  })
  addMetricsRoute(app, { metrics: deps.metrics, networks: deps.watchers })
  app.get('/.well-known/jwks.json', (context) => context.json(deps.publicKeys(), 200))
  addDocumentRoutes(app, version)
  // The last, as one of them may end in a star.
  for (const path of deps.upgradePaths) {
    app.get(path, (context) => {
      context.header('Upgrade', 'websocket')
      return refused(context, { reason: 'upgrade_required' })
    })
  }
}
