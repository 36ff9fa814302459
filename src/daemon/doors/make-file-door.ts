import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FileReaders } from '../../application/ports/files.ts'
import type { Guests } from '../../application/ports/guests.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Config } from '../../config/schema.ts'
import type { RateLimits } from '../../session/rates/rate-limits.ts'
import type { Reception } from '../../transport/admission/reception.ts'
import type { App } from '../../transport/http/app.ts'
import { addFileRoutes } from '../../transport/http/files/file-routes.ts'
import { makeSignedUrls } from '../../transport/http/files/signed-urls.ts'
import { Transfers } from '../../transport/http/files/transfers.ts'
import { addTusRoutes, TUS_PATH } from '../../transport/http/files/tus-routes.ts'
import { UPLOADS_PATH } from '../../transport/http/files/upload-parts.ts'
import { addUploadRoutes } from '../../transport/http/files/upload-routes.ts'
import { pathOf } from '../../transport/http/http-server.ts'
import type { WhoAsks } from '../../transport/http/who-asks.ts'
import type { OpenFiles } from '../files/open-files.ts'

export interface FileDoor {
  readonly addRoutes: (app: App, whoAsks: WhoAsks) => void
  /** Other places than the server itself from which they are fetched. */
  readonly from: readonly string[]
  /** Whether it is an upload, whose body the routes take. */
  readonly takesBody: (request: IncomingMessage) => boolean
}

interface Parts {
  readonly config: Config
  readonly files: OpenFiles
  readonly reception: Reception
  readonly guests: Pick<Guests, 'isGuest'> | undefined
  /** Who may see a file beside its uploader. */
  readonly fileReaders: FileReaders
  readonly rates: Pick<RateLimits, 'act'>
  readonly clock: Clock
  readonly log: Log
}

const SECRET_BYTES = 32

/** Where files are uploaded and fetched. */
export function makeFileDoor({
  config,
  files,
  fileReaders: readers,
  reception,
  guests,
  rates,
  clock,
  log,
}: Parts): FileDoor {
  const { uploads, limits } = config
  const urls = makeSignedUrls(uploads.url_secret === '' ? randomBytes(SECRET_BYTES) : uploads.url_secret)
  const wallMs = () => clock.wallMs()
  return {
    addRoutes(app, whoAsks) {
      const deps = {
        ...files,
        whoAsks,
        reception,
        guests,
        readers,
        urls,
        transfers: new Transfers({ maxOfOne: 4, maxInAll: 64 }),
        act: (user: UserId) => rates.act('UPLOAD', user, clock.monotonicMs()),
        urlTtlSecs: uploads.url_ttl_secs,
        idleMs: limits.frame_timeout_ms,
        wallMs,
        log,
      }
      addTusRoutes(app, { ...deps, newId: randomUUID })
      addUploadRoutes(app, deps)
      addFileRoutes(app, { ...deps, drainTimeoutMs: limits.drain_timeout_ms })
    },
    from: files.store.directOrigin === undefined ? [] : [files.store.directOrigin],
    takesBody: (request) => isUpload(request.method, pathOf(request)),
  }
}

function isUpload(method: string | undefined, path: string): boolean {
  if (method === 'PATCH') return path.startsWith(TUS_PATH)
  return method === 'POST' && (path === UPLOADS_PATH || path.startsWith(TUS_PATH))
}
