import { randomBytes } from 'node:crypto'
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { openS3Store, type S3Settings } from '../../../src/infrastructure/s3/s3-store.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startUploadsDaemon } from '../../support/files/uploads-daemon.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { fileStoreContract } from '../../unit/files/file-store.contract.ts'
import { fileId } from '../../unit/files/some-file.ts'
import { canRun } from '../program.ts'
import { s3Server } from './s3-server.ts'

const ends = endsAfterEach()

async function open(settings: S3Settings) {
  const { log, lines } = createSpyLog()
  const store = await openS3Store({ settings, log })
  onTestFinished(() => store.close())
  return { store, lines }
}

/** As the configuration names it. */
function section({ endpoint = '', region, bucket, pathStyle, credentials, presigned }: S3Settings) {
  return {
    endpoint,
    region,
    bucket,
    path_style: pathStyle,
    access_key_id: credentials?.accessKeyId ?? '',
    secret_access_key: credentials?.secretAccessKey ?? '',
    presigned,
  }
}

describe.skipIf(!canRun('swift-ring-builder', 'swift'))('S3', () => {
  const server = s3Server()

  async function keysIn(Bucket: string): Promise<(string | undefined)[]> {
    const { Contents = [] } = await server().client.send(new ListObjectsV2Command({ Bucket }))
    return Contents.map(({ Key }) => Key)
  }

  fileStoreContract('files in S3', async () => {
    const settings = await server().bucket()
    const { store } = await open(settings)
    return { store, count: async () => (await keysIn(settings.bucket)).length }
  })

  test('UPLOAD-27 a picture goes into the bucket with its thumbnail, and comes back in parts', async () => {
    const settings = await server().bucket()
    const { base, person, stored } = await startUploadsDaemon(ends, { uploads: { s3: section(settings) } })
    const alice = await person('alice')
    const picture = await sharp(randomBytes(500 * 500 * 3), { raw: { width: 500, height: 500, channels: 3 } })
      .png()
      .toBuffer()
    const { status, body } = await alice.upload(picture, 'noise.png')
    expect(status).toBe(201)
    expect(await keysIn(settings.bucket)).toEqual([body['key'], body['thumbnailKey']])
    expect(await stored()).toEqual([])
    const whole = await alice.fetch(body['fileId'])
    expect(whole.headers.get('content-security-policy')).toContain('sandbox')
    expect(Buffer.from(await whole.arrayBuffer()).equals(picture)).toBe(true)
    const part = await alice.fetch(body['fileId'], { range: 'bytes=100000-100009' })
    expect(part.status).toBe(206)
    expect(Buffer.from(await part.arrayBuffer())).toEqual(picture.subarray(100_000, 100_010))
    await fetch(`${base}/api/uploads/${String(body['fileId'])}`, { method: 'DELETE', headers: alice.bearer })
    expect(await keysIn(settings.bucket)).toEqual([])
  })

  test('UPLOAD-28 with presigned URLs the file comes from S3 itself, as what it is', async () => {
    const settings = { ...(await server().bucket()), presigned: true }
    const { base, person } = await startUploadsDaemon(ends, { uploads: { s3: section(settings) } })
    const alice = await person('alice')
    const { fileId: id } = (await alice.upload('<script>', 'Übersicht.html')).body
    const { url } = (await alice.look(id)).body
    const answer = await fetch(base + String(url), { redirect: 'manual' })
    expect(answer.status).toBe(302)
    const there = new URL(answer.headers.get('location') ?? '')
    expect(there.origin).toBe(settings.endpoint)
    const policy = (await fetch(`${base}/docs`)).headers.get('content-security-policy')
    expect(policy).toContain(`img-src 'self' data: ${there.origin}`)
    expect(policy).toContain(`media-src 'self' ${there.origin}`)
    expect(Number(there.searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(601)
    const fetched = await fetch(there)
    expect(await fetched.text()).toBe('<script>')
    expect(fetched.headers.get('content-type')).toBe('application/octet-stream')
    expect(fetched.headers.get('content-disposition')).toContain('attachment; filename=')
    there.searchParams.set('X-Amz-Expires', '99999')
    expect((await fetch(there)).status).toBe(403)
  })

  test('UPLOAD-19 a multipart upload that a crash has left is taken back, and nobody else’s', async () => {
    const { bucket: Bucket, ...settings } = await server().bucket()
    const { client } = server()
    for (const Key of [fileId(), 'somebody-elses'])
      await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    await client.send(new PutObjectCommand({ Bucket, Key: 'somebody-elses-file', Body: 'x' }))
    const { store } = await open({ ...settings, bucket: Bucket })
    const left = async () => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
      return Uploads.map(({ Key }) => Key)
    }
    await store.sweep(Date.now() - 60_000, () => Promise.resolve())
    expect(await left()).toHaveLength(2)
    await store.sweep(Date.now() + 60_000, () => Promise.resolve())
    expect(await left()).toEqual(['somebody-elses'])
  })

  test('UPLOAD-29 a bucket or a key that is wrong stops the start, without the key', async () => {
    const settings = await server().bucket()
    const fault = async (changes: Partial<S3Settings>) => {
      const thrown: unknown = await open({ ...settings, ...changes }).catch((error: unknown) => error)
      expect(thrown).toBeInstanceOf(StartupError)
      const text = String(thrown instanceof Error ? thrown.message : thrown)
      expect(text).not.toContain('geheim')
      return text
    }
    expect(await fault({ bucket: 'no-such-bucket' })).toMatch(/^uploads.s3.bucket: .*status 404/)
    const credentials = { accessKeyId: 'test:tester', secretAccessKey: 'geheim' }
    expect(await fault({ credentials })).toMatch(/status 403/)
    expect(await fault({ endpoint: 'http://127.0.0.1:9' })).toMatch(/at http:\/\/127.0.0.1:9 .*ECONNREFUSED/)
  })

  // The last one: afterwards there is no server.
  test('UPLOAD-21 while S3 is away uploads and downloads are refused, and the log says so once', async () => {
    const settings = await server().bucket()
    const { log, lines } = createSpyLog()
    const { person } = await startUploadsDaemon(ends, { uploads: { s3: section(settings) } }, log)
    const alice = await person('alice')
    const { fileId: id } = (await alice.upload('a text')).body
    server().kill()
    await expect.poll(async () => (await alice.fetch(id)).status).toBe(503)
    expect(await alice.upload('another')).toMatchObject({
      status: 503,
      body: { error: 'storage_unavailable' },
    })
    expect(lines.filter(({ message }) => message === 'S3 cannot be used')).toHaveLength(1)
  })
})
