import { createRoute, z } from '@hono/zod-openapi'
import { removeFile } from '../../../application/file/collect-files.ts'
import { describeFile } from '../../../application/file/make-files.ts'
import type { StoredFile } from '../../../domain/file/stored-file.ts'
import { parseFileId } from '../../../domain/ids.ts'
import { err, ok, type Result } from '../../../domain/result.ts'
import type { User } from '../../../domain/user.ts'
import { type HttpRefusal, refused } from '../answers.ts'
import type { App } from '../app.ts'
import { bearer, errors, json } from '../route-parts.ts'
import { refusalOf } from './refusal-of.ts'
import { takeForm } from './take-form.ts'
import {
  presentUploaded,
  type UploadDeps,
  uploaded,
  uploaderOf,
  UPLOADS_PATH,
  whileReceiving,
} from './upload-parts.ts'

const MS_PER_SECOND = 1000

const uploadRoute = createRoute({
  method: 'post',
  path: UPLOADS_PATH,
  security: bearer,
  request: {
    body: {
      required: true,
      content: {
        'multipart/form-data': {
          schema: z.object({ file: z.string().openapi({ format: 'binary' }) }),
        },
      },
    },
  },
  responses: { ...errors, 201: json('It is kept', uploaded) },
})

const usageRoute = createRoute({
  method: 'get',
  path: UPLOADS_PATH,
  security: bearer,
  responses: {
    ...errors,
    200: json(
      'What the files of the user take up',
      z.object({ bytes: z.int(), files: z.int(), maxBytes: z.int(), maxFiles: z.int() }),
    ),
  },
})

const params = z.object({ fileId: z.string() })

const lookRoute = createRoute({
  method: 'get',
  path: `${UPLOADS_PATH}/{fileId}`,
  security: bearer,
  request: { params },
  responses: {
    ...errors,
    200: json(
      'What is known of it, and where it is fetched for a while',
      uploaded.extend({
        name: z.string(),
        type: z.string(),
        bytes: z.int(),
        url: z.string(),
        thumbnailUrl: z.string().nullable(),
        expiresAt: z.int().describe('Unix milliseconds'),
      }),
    ),
  },
})

const removeRoute = createRoute({
  method: 'delete',
  path: `${UPLOADS_PATH}/{fileId}`,
  security: bearer,
  request: { params },
  responses: { ...errors, 200: json('It is gone', z.object({})) },
})

/** Uploading files, and getting the URLs to fetch them. */
export function addUploadRoutes(app: App, deps: UploadDeps): void {
  const { whoAsks, index, store, takeUpload, quota, wallMs } = deps

  // The body is taken as it comes: to have it checked would be to hold it.
  app.openAPIRegistry.registerPath(uploadRoute)
  app.post(UPLOADS_PATH, async (context) => {
    const user = await uploaderOf(deps, context)
    if (!user.ok) return refused(context, user.error)
    const tooFast = deps.act(user.value.id)
    if (tooFast !== undefined) return refused(context, tooFast)
    const declared = Number(context.req.header('content-length') ?? 0)
    // Of what is declared a part is no file: it is refused for that only where it could not fit without it.
    const fault = await takeUpload.faultOf(user.value.id, Math.max(0, declared - FORM_BYTES))
    if (fault !== undefined) return refused(context, refusalOf(fault))
    return whileReceiving(deps, context, user.value, async () => {
      const taken = await takeForm(context.env.incoming, (upload) => takeUpload.take(user.value.id, upload))
      if (!taken.ok) return refused(context, { reason: taken.error })
      if (!taken.value.ok) return refused(context, refusalOf(taken.value.error))
      return context.json(presentUploaded(taken.value.value), 201)
    })
  })

  app.openapi(usageRoute, async (context) => {
    const user = await whoAsks.user(context)
    if (!user.ok) return refused(context, user.error)
    const usage = await index.usage(user.value.id)
    if (!usage.ok) return refused(context, refusalOf(usage.error))
    const { maxBytesPerUser: maxBytes, maxFilesPerUser: maxFiles } = quota
    return context.json({ ...usage.value, maxBytes, maxFiles }, 200)
  })

  app.openapi(lookRoute, async (context) => {
    const user = await whoAsks.user(context)
    if (!user.ok) return refused(context, user.error)
    const found = await findFor(user.value, context.req.valid('param').fileId)
    if (!found.ok) return refused(context, found.error)
    const { id, name, type, bytes, thumbnailBytes } = found.value
    const expires = Math.ceil(wallMs() / MS_PER_SECOND) + deps.urlTtlSecs
    return context.json(
      {
        ...presentUploaded(describeFile(found.value)),
        name,
        type,
        bytes,
        url: deps.urls.sign(id, 'content', expires),
        thumbnailUrl: thumbnailBytes === 0 ? null : deps.urls.sign(id, 'thumbnail', expires),
        expiresAt: expires * MS_PER_SECOND,
      },
      200,
    )
  })

  app.openapi(removeRoute, async (context) => {
    const user = await whoAsks.user(context)
    if (!user.ok) return refused(context, user.error)
    const found = await findFor(user.value, context.req.valid('param').fileId)
    if (!found.ok) return refused(context, found.error)
    const { id, owner } = found.value
    if (owner !== user.value.id) return refused(context, { reason: 'file_not_found' })
    const removed = await removeFile({ index, store }, id, Infinity)
    return removed.ok ? context.json({}, 200) : refused(context, refusalOf(removed.error))
  })

  /** The file, for whoever may see it; for everybody else it is not there. */
  async function findFor(user: User, fileId: string): Promise<Result<StoredFile, HttpRefusal>> {
    const id = parseFileId(fileId)
    const found = id === undefined ? ok(undefined) : await index.find(id)
    if (!found.ok) return err(refusalOf(found.error))
    const file = found.value
    if (file === undefined) return err({ reason: 'file_not_found' })
    const maySee = file.owner === user.id || (await deps.readers.maySee(user.id, file.referrers))
    return maySee ? ok(file) : err({ reason: 'file_not_found' })
  }
}

/** What a form takes beside its file, at most and generously. */
const FORM_BYTES = 65_536
