import { createHash } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { type DataStore, Server } from '@tus/server'
import type { Context } from 'hono'
import type { Content } from '../../../application/ports/file-store.ts'
import type { Log } from '../../../application/ports/system/log.ts'
import { errorCode } from '../../../domain/error-code.ts'
import type { User } from '../../../domain/user.ts'
import { type HttpRefusal, refused } from '../answers.ts'
import type { App, AppEnv } from '../app.ts'
import { bearer, errors, json } from '../route-parts.ts'
import { refusalOf } from './refusal-of.ts'
import {
  presentUploaded,
  type UploadDeps,
  uploaded,
  uploaderOf,
  UPLOADS_PATH,
  whileReceiving,
} from './upload-parts.ts'

/** Uploads that can be cut and gone on with, on the disk. */
interface Partials extends DataStore {
  load(owner: string): {
    readonly own: number
    readonly ownBytes: number
    readonly all: number
    readonly allBytes: number
  }
  content(id: string): Content
  finish(id: string, result: string): Promise<void>
  resultOf(id: string): Promise<string | undefined>
}

interface TusDeps extends UploadDeps {
  readonly partials: Partials
  readonly maxBytes: number
  readonly newId: () => string
  readonly log: Log
}

export const TUS_PATH = `${UPLOADS_PATH}/tus`

const MAX_OF_ONE = 4
const MAX_IN_ALL = 1000

const BAD_REQUEST = 400

/** What is known of a request while tus handles it. */
interface Asking {
  readonly user: User
  /** Why we refuse it. */
  refusal: HttpRefusal | undefined
}

/** tus is told to stop by what is thrown, in its own form; what the client hears is ours. */
class Refused extends Error {
  readonly status_code = BAD_REQUEST
}

const resultRoute = createRoute({
  method: 'get',
  path: `${TUS_PATH}/{id}`,
  security: bearer,
  request: { params: z.object({ id: z.string() }) },
  responses: { ...errors, 200: json('What came of an upload by tus that is complete', uploaded) },
})

/** Uploads by tus 1.0: what was cut goes on where it was. */
export function addTusRoutes(app: App, deps: TusDeps): void {
  const { partials, takeUpload, quota } = deps
  const asking = new WeakMap<object, Asking>()
  /** An upload that is complete is taken once, however often it is said to be. */
  const finishing = new Map<string, Promise<void>>()
  const tus = new Server({
    path: TUS_PATH,
    datastore: partials,
    relativeLocation: true,
    maxSize: deps.maxBytes,
    // Whom a browser may let read it is decided for every route alike.
    allowedOrigins: () => false,
    namingFunction: (request) => `${ownerTag(askerOf(request).user)}-${deps.newId()}`,
    async onUploadCreate(request, { size = 0 }) {
      const asker = askerOf(request)
      asker.refusal = await refusalFor(asker.user, size)
      if (asker.refusal !== undefined) throw new Refused()
      return {}
    },
    async onUploadFinish(request, { id, metadata }) {
      const asker = askerOf(request)
      const before = finishing.get(id)
      if (before === undefined) {
        const taking = take(asker, id, metadata?.['filename'] ?? '').finally(() => finishing.delete(id))
        finishing.set(id, taking)
        await taking
      } else await before
      if (asker.refusal !== undefined) throw new Refused()
      return {}
    },
    // What the disk says is for the log, and names paths.
    onResponseError(request, error) {
      if (!(error instanceof Error) || 'status_code' in error) return undefined
      deps.log.error({ cause: errorCode(error) ?? error.message }, 'an upload by tus failed')
      askerOf(request).refusal ??= refusalOf('storage_unavailable')
      return undefined
    },
  })

  app.openAPIRegistry.registerPath(resultRoute)
  app.all(TUS_PATH, (context) => handle(context, undefined))
  app.all(`${TUS_PATH}/:id`, (context) => handle(context, context.req.param('id')))

  async function handle(context: Context<AppEnv>, id: string | undefined): Promise<Response> {
    const user = await uploaderOf(deps, context)
    if (!user.ok) return refused(context, user.error)
    // Another's upload is not there; and no other id names a file.
    if (id !== undefined && !isOf(user.value, id)) return refused(context, { reason: 'file_not_found' })
    const request = context.req.raw
    if (request.method === 'GET') return tellResult(context, id)
    if (request.method === 'POST') {
      if (id !== undefined) return refused(context, { reason: 'not_found' })
      const tooFast = deps.act(user.value.id)
      if (tooFast !== undefined) return refused(context, tooFast)
    }
    const asker: Asking = { user: user.value, refusal: undefined }
    asking.set(request, asker)
    return whileReceiving(deps, context, user.value, async () => {
      const answer = await tus.handleWeb(request)
      if (asker.refusal !== undefined) return refused(context, asker.refusal)
      return answer.status < BAD_REQUEST ? answer : inOurForm(answer)
    })
  }

  async function tellResult(context: Context<AppEnv>, id: string | undefined): Promise<Response> {
    const result = id === undefined ? undefined : await partials.resultOf(id)
    if (result === undefined) return refused(context, { reason: 'file_not_found' })
    return context.json(uploaded.parse(JSON.parse(result)), 200)
  }

  async function refusalFor(user: User, size: number): Promise<HttpRefusal | undefined> {
    const { own, ownBytes, all, allBytes } = partials.load(ownerTag(user))
    if (own >= MAX_OF_ONE || all >= MAX_IN_ALL)
      return { reason: 'too_many_at_once', detail: 'Too many unfinished uploads; finish or remove one' }
    if (allBytes + size > quota.maxTotalBytes) return refusalOf('storage_full')
    const fault = await takeUpload.faultOf(user.id, size, ownBytes)
    return fault === undefined ? undefined : refusalOf(fault)
  }

  async function take(asker: Asking, id: string, name: string): Promise<void> {
    if ((await partials.resultOf(id)) !== undefined) return
    const taken = await takeUpload.take(asker.user.id, { name, content: partials.content(id) })
    if (taken.ok) await partials.finish(id, JSON.stringify(presentUploaded(taken.value)))
    else {
      asker.refusal = refusalOf(taken.error)
      // Where it may be taken later, a PATCH of nothing tries again.
      if (taken.error !== 'storage_unavailable') await partials.remove(id)
    }
  }

  function askerOf(request: object): Asking {
    const asker = asking.get(request)
    if (asker === undefined) throw new Error('tus hands on the request that it was given')
    return asker
  }
}

/** What tus says in a line of text. */
async function inOurForm(answer: Response): Promise<Response> {
  const message = (await answer.text()).trim()
  return new Response(JSON.stringify({ error: 'upload_refused', message }), {
    status: answer.status,
    headers: {
      'Content-Type': 'application/json',
      'Tus-Resumable': answer.headers.get('tus-resumable') ?? '1.0.0',
    },
  })
}

/** Stands for a user in the ids of uploads. */
function ownerTag({ id }: Pick<User, 'id'>): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 32)
}

function isOf(user: User, id: string): boolean {
  return id.startsWith(`${ownerTag(user)}-`) && /^[\da-f-]{69}$/.test(id)
}
