import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { TakeUpload } from '../../../application/file/take-upload.ts'
import type { FileIndex } from '../../../application/ports/file-index.ts'
import type { FileStore } from '../../../application/ports/file-store.ts'
import type { FileDescription, FileReaders } from '../../../application/ports/files.ts'
import type { Guests } from '../../../application/ports/guests.ts'
import type { FileQuota } from '../../../domain/file/file-quota.ts'
import type { UserId } from '../../../domain/ids.ts'
import { err, type Result } from '../../../domain/result.ts'
import type { User } from '../../../domain/user.ts'
import type { Reception } from '../../admission/reception.ts'
import { type HttpRefusal, refused } from '../answers.ts'
import type { AppEnv } from '../app.ts'
import type { WhoAsks } from '../who-asks.ts'
import { cutIfSlow } from './cut-if-slow.ts'
import type { SignedUrls } from './signed-urls.ts'
import type { Transfers } from './transfers.ts'

export interface UploadDeps {
  readonly whoAsks: WhoAsks
  readonly reception: Pick<Reception, 'vouch'>
  readonly guests: Pick<Guests, 'isGuest'> | undefined
  readonly index: FileIndex
  readonly store: FileStore
  readonly takeUpload: TakeUpload
  readonly readers: FileReaders
  readonly quota: FileQuota
  readonly urls: SignedUrls
  readonly urlTtlSecs: number
  /** Uploads that are under way. */
  readonly transfers: Transfers
  /** Counts an upload of the user; why it is not taken now, if not. */
  readonly act: (user: UserId) => HttpRefusal | undefined
  /** An upload of which nothing comes for so long ends. */
  readonly idleMs: number
  readonly wallMs: () => number
}

export const UPLOADS_PATH = '/api/uploads'

const TOO_MANY_UPLOADS: HttpRefusal = {
  reason: 'too_many_at_once',
  detail: 'Too many uploads at once; wait for one to end',
}

/** What an upload is answered with. */
export const uploaded = z.object({
  fileId: z.string(),
  key: z.string().describe('Where the content is in the store'),
  thumbnailKey: z.string().nullable().describe('Where a small JPEG is; null where there is none'),
})

export function presentUploaded({ id, key, thumbnailKey }: FileDescription): z.output<typeof uploaded> {
  return { fileId: id, key, thumbnailKey }
}

/** Who asks, if that is somebody who may upload. */
export async function uploaderOf(
  { whoAsks, guests }: Pick<UploadDeps, 'whoAsks' | 'guests'>,
  context: Context<AppEnv>,
): Promise<Result<User, HttpRefusal>> {
  const user = await whoAsks.user(context)
  if (!user.ok || guests?.isGuest(user.value.id) !== true) return user
  return err({ reason: 'not_for_guests', detail: 'Guests cannot upload files' })
}

/** The body of a request is taken by `work`: not too many of a user at once, and none whose client sends nothing. */
export async function whileReceiving(
  { transfers, reception, idleMs }: Pick<UploadDeps, 'transfers' | 'reception' | 'idleMs'>,
  context: Context<AppEnv>,
  { id }: User,
  work: () => Promise<Response>,
): Promise<Response> {
  const release = transfers.begin(id)
  if (release === undefined) return refused(context, TOO_MANY_UPLOADS)
  const { incoming } = context.env
  const leave = reception.vouch(incoming.socket)
  const forget = cutIfSlow(incoming, idleMs)
  try {
    return await work()
  } finally {
    forget()
    leave()
    release()
  }
}
