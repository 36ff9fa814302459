import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  paginateListObjectsV2,
  ListMultipartUploadsCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { Content, FileStore } from '../../application/ports/file-store.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import { parseFileId } from '../../domain/ids.ts'
import { err, ok, type Result } from '../../domain/result.ts'

export interface S3Settings {
  /** Undefined for AWS. */
  readonly endpoint: string | undefined
  readonly region: string
  readonly bucket: string
  readonly pathStyle: boolean
  /** Undefined where the SDK finds them by itself: in its environment, or as a role of the machine. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
  /** Clients fetch files from S3 itself. */
  readonly presigned: boolean
}

interface Options {
  readonly settings: S3Settings
  readonly log: Log
}

/** The least that S3 takes; an upload holds one part in memory. */
const PART_BYTES = 5_242_880

const CONNECT_MS = 3000
/** A request that says nothing for so long is given up. */
const SILENCE_MS = 30_000
const TRIES = 3

const UUID_LETTERS = 36

/** Files in a bucket. Throws a StartupError where it cannot be used. */
export async function openS3Store({ settings, log }: Options): Promise<FileStore> {
  const { bucket: Bucket } = settings
  const client = makeClient(settings)
  let isAway = false
  await lookAt(client, settings)
  const sign = (Key: string, expiresIn: number, shown: object) =>
    getSignedUrl(client, new GetObjectCommand({ Bucket, Key, ...shown }), { expiresIn })
  const directOrigin = settings.presigned ? new URL(await sign('any', 1, {})).origin : undefined

  return {
    async write(Key, content, ContentType) {
      const counted = countedContent(content)
      // Where it fails, what has been sent is taken back.
      const upload = new Upload({
        client,
        params: { Bucket, Key, ContentType, Body: Readable.from(counted.content, { objectMode: false }) },
        partSize: PART_BYTES,
        queueSize: 1,
      })
      try {
        await upload.done()
        return answered(counted.bytes())
      } catch (error) {
        const fault = counted.fault()
        if (fault !== undefined) throw fault.error
        return unavailable(error)
      }
    },

    async read(Key, range) {
      try {
        const Range = range === undefined ? {} : { Range: `bytes=${range.from}-${range.to}` }
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...Range }))
        if (!(Body instanceof Readable)) throw new Error('no body')
        return answered<Content>(Body)
      } catch (error) {
        return isMissing(error) ? answered(undefined) : unavailable(error)
      }
    },

    async remove(Key) {
      try {
        await client.send(new DeleteObjectCommand({ Bucket, Key }))
      } catch (error) {
        if (!isMissing(error)) return unavailable(error)
      }
      return answered(undefined)
    },

    async sweep(before, found) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
        for (const { Key, LastModified } of Contents)
          if (Key !== undefined && LastModified !== undefined && LastModified.getTime() < before)
            await found(Key)
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
      for (const { Key = '', UploadId, Initiated } of Uploads) {
        // Others may use the bucket too.
        if (parseFileId(Key.slice(0, UUID_LETTERS)) === undefined) continue
        if (Initiated !== undefined && Initiated.getTime() < before)
          await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
      }
    },

    directOrigin,

    directUrl(Key, expiresIn, { type, disposition }) {
      if (!settings.presigned) return Promise.resolve(undefined)
      const shown = { ResponseContentType: type, ResponseContentDisposition: disposition }
      return sign(Key, expiresIn, shown)
    },

    close() {
      client.destroy()
      return Promise.resolve()
    },
  }

  function answered<Value>(value: Value): Result<Value, never> {
    if (isAway) log.info({ bucket: Bucket }, 'S3 can be used again')
    isAway = false
    return ok(value)
  }

  function unavailable(error: unknown): Result<never, 'storage_unavailable'> {
    if (!isAway) log.error({ bucket: Bucket, cause: causeOf(error) }, 'S3 cannot be used')
    isAway = true
    return err('storage_unavailable')
  }
}

function makeClient({ endpoint, region, pathStyle, credentials }: S3Settings): S3Client {
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: TRIES,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    // Other servers than AWS's know no checksums of its newer kinds.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  })
}

async function lookAt(client: S3Client, { bucket, endpoint }: S3Settings): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }))
  } catch (error) {
    client.destroy()
    const where = endpoint === undefined ? '' : ` at ${endpoint}`
    throw new StartupError([
      `uploads.s3.bucket: the bucket ${bucket}${where} cannot be used (${causeOf(error)}); check the section, and the keys in ROOMRTC_S3_ACCESS_KEY_ID and ROOMRTC_S3_SECRET_ACCESS_KEY`,
    ])
  }
}

/** What came of reading the content is told apart from what came of S3. */
function countedContent(content: Content) {
  let bytes = 0
  let fault: { readonly error: unknown } | undefined
  return { content: counted(), bytes: () => bytes, fault: () => fault }

  async function* counted(): Content {
    try {
      for await (const piece of content) {
        bytes += piece.byteLength
        yield piece
      }
    } catch (error) {
      fault = { error }
      throw error
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404
}

/** In few words, without what was sent. */
function causeOf(error: unknown): string {
  if (error instanceof S3ServiceException) {
    const { httpStatusCode } = error.$metadata
    return httpStatusCode === undefined ? error.name : `${error.name}, status ${httpStatusCode}`
  }
  return error instanceof Error ? error.message || error.name : String(error)
}
