import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { stream } from 'hono/streaming'
import type { FileIndex } from '../../../application/ports/file-index.ts'
import type { FileStore } from '../../../application/ports/file-store.ts'
import type { Log } from '../../../application/ports/system/log.ts'
import { contentKey, type StoredFile, thumbnailKey } from '../../../domain/file/stored-file.ts'
import { parseFileId } from '../../../domain/ids.ts'
import { err, ok, type Result } from '../../../domain/result.ts'
import type { Reception } from '../../admission/reception.ts'
import { type HttpRefusal, refused } from '../answers.ts'
import type { App, AppEnv } from '../app.ts'
import { errors } from '../route-parts.ts'
import { goneSignal, orGone } from '../sessions/listening.ts'
import { byteRangeOf } from './byte-range.ts'
import { refusalOf } from './refusal-of.ts'
import { presentationOf } from './presentation.ts'
import { FILES_PATH, type SignedQuery, type SignedUrls, variants } from './signed-urls.ts'
import { Transfers } from './transfers.ts'

export interface FileDeps {
  readonly reception: Pick<Reception, 'vouch'>
  readonly index: Pick<FileIndex, 'find'>
  readonly store: FileStore
  readonly urls: SignedUrls
  /** A client that reads nothing for so long is cut. */
  readonly drainTimeoutMs: number
  readonly wallMs: () => number
  readonly log: Log
}

const MS_PER_SECOND = 1000

const NOT_MODIFIED = 304
const FOUND = 302

/** Nothing runs in it, whatever it is, and nothing is loaded for it. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; sandbox"

const query = z.object({
  variant: z.enum(variants).default('content'),
  expires: z.coerce.number().int().min(0),
  signature: z.string().max(128),
})

const bytes = { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } }

const fileRoute = createRoute({
  method: 'get',
  path: `${FILES_PATH}/{fileId}`,
  request: {
    params: z.object({ fileId: z.string() }),
    query,
    headers: z.object({ range: z.string().optional() }),
  },
  responses: {
    ...errors,
    200: { description: 'The file', content: bytes },
    206: { description: 'A part of it', content: bytes },
  },
})

/** Fetching files by URLs that were signed for a while. */
export function addFileRoutes(app: App, deps: FileDeps): void {
  const { reception, index, store, urls, drainTimeoutMs, wallMs, log } = deps
  const transfers = new Transfers({ maxOfOne: 16, maxInAll: 256 })

  app.openAPIRegistry.registerPath(fileRoute)
  app.get(`${FILES_PATH}/:fileId`, async (context) => {
    const asked = query.safeParse(context.req.query())
    if (!asked.success) return refused(context, { reason: 'bad_signature' })
    const found = await findSigned(context.req.param('fileId'), asked.data)
    if (!found.ok) return refused(context, found.error)
    return answer(context, found.value, asked.data)
  })

  async function findSigned(fileId: string, asked: SignedQuery): Promise<Result<StoredFile, HttpRefusal>> {
    if (!urls.isOurs(fileId, asked)) return err({ reason: 'bad_signature' })
    if (wallMs() >= asked.expires * MS_PER_SECOND) return err({ reason: 'url_expired' })
    const id = parseFileId(fileId)
    const found = id === undefined ? ok(undefined) : await index.find(id)
    if (!found.ok) return err(refusalOf(found.error))
    const size = found.value?.[asked.variant === 'content' ? 'bytes' : 'thumbnailBytes'] ?? 0
    if (found.value === undefined || (asked.variant === 'thumbnail' && size === 0))
      return err({ reason: 'file_not_found' })
    return ok(found.value)
  }

  async function answer(
    context: Context<AppEnv>,
    file: StoredFile,
    { variant, expires }: SignedQuery,
  ): Promise<Response> {
    const isContent = variant === 'content'
    const key = isContent ? contentKey(file.id) : thumbnailKey(file.id)
    const size = isContent ? file.bytes : file.thumbnailBytes
    const as = presentationOf(file, variant)
    const leftSecs = Math.max(1, expires - Math.floor(wallMs() / MS_PER_SECOND))
    const etag = `"${key}"`
    context.header('Cache-Control', `private, max-age=${leftSecs}`)
    const direct = await store.directUrl(key, leftSecs, as)
    if (direct !== undefined) return context.redirect(direct, FOUND)

    context.header('ETag', etag)
    context.header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
    // Whoever has the URL may have the file, a page of an allowed origin too.
    context.header('Cross-Origin-Resource-Policy', 'cross-origin')
    context.header('Accept-Ranges', 'bytes')
    if (context.req.header('if-none-match') === etag) return context.body(null, NOT_MODIFIED)
    const ifRange = context.req.header('if-range')
    const wanted = ifRange === undefined || ifRange === etag ? context.req.header('range') : undefined
    const range = byteRangeOf(wanted, size)
    if (range === 'unsatisfiable') {
      context.header('Content-Range', `bytes */${size}`)
      return refused(context, { reason: 'range_not_satisfiable' })
    }
    context.header('Content-Type', as.type)
    context.header('Content-Disposition', as.disposition)
    context.header('Content-Length', String(range === undefined ? size : range.to - range.from + 1))
    if (range !== undefined) context.header('Content-Range', `bytes ${range.from}-${range.to}/${size}`)
    context.status(range === undefined ? 200 : 206)
    if (context.req.raw.method === 'HEAD') return context.body(null)
    return send(context, key, range)
  }

  async function send(
    context: Context<AppEnv>,
    key: string,
    range: Parameters<FileStore['read']>[1],
  ): Promise<Response> {
    const release = transfers.begin(context.var.address)
    if (release === undefined) return refusedInstead(context, TOO_MANY)
    const content = await store.read(key, range)
    if (!content.ok || content.value === undefined) {
      release()
      return refusedInstead(context, content.ok ? { reason: 'file_not_found' } : refusalOf(content.error))
    }
    const pieces = content.value
    const { socket } = context.env.incoming
    const leave = reception.vouch(socket)
    return stream(context, async (out) => {
      const cutOff = (): void => {
        log.warn({ reason: 'slow_consumer' }, 'download ended: nobody reads it')
        socket.destroy()
      }
      const gone = goneSignal(socket)
      try {
        for await (const piece of pieces) {
          const cut = setTimeout(cutOff, drainTimeoutMs)
          await orGone(out.write(piece), gone)
          clearTimeout(cut)
          if (gone.aborted) break
        }
      } catch {
        // The length has been told: only a connection that breaks shows that this is not all.
        socket.destroy()
      } finally {
        leave()
        release()
      }
    })
  }
}

const TOO_MANY: HttpRefusal = {
  reason: 'too_many_at_once',
  detail: 'Too many downloads at once; wait for one to end',
}

/** What has been said of the file does not hold for what is said in its place. */
function refusedInstead(context: Context<AppEnv>, refusal: HttpRefusal): Response {
  for (const name of [
    'Content-Type',
    'Content-Disposition',
    'Content-Length',
    'Content-Range',
    'ETag',
    'Cache-Control',
  ])
    context.header(name, undefined)
  return refused(context, refusal)
}
