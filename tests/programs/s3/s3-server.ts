import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll } from 'vitest'
import type { S3Settings } from '../../../src/infrastructure/s3/s3-store.ts'

export interface S3Server {
  /** Of a bucket that is there, and empty. */
  bucket(): Promise<S3Settings>
  readonly client: S3Client
  kill(): void
}

/** Debian's own: of other Pythons none has Swift. */
const PYTHON = '/usr/bin/python3'

const credentials = { accessKeyId: 'test:tester', secretAccessKey: 'testing' }

/** A real server of S3 for the tests of a file: Debian's Swift. */
export function s3Server(): () => S3Server {
  let server: S3Server | undefined
  let end: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'roomrtc-s3-'))
    const child = spawn(PYTHON, [join(import.meta.dirname, 's3-server.py'), directory, '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text))
    const closed = once(child, 'close')
    end = async () => {
      child.kill('SIGKILL')
      await closed
      await rm(directory, { recursive: true })
    }
    const [port] = await Promise.race([once(createInterface(child.stdout), 'line'), closed])
    if (typeof port !== 'string') throw new Error(`Swift does not start: ${told}`)
    const endpoint = `http://127.0.0.1:${port}`
    const region = 'us-east-1'
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
    server = {
      client,
      async bucket() {
        const bucket = `files-${randomUUID()}`
        await client.send(new CreateBucketCommand({ Bucket: bucket }))
        return { endpoint, region, bucket, pathStyle: true, credentials, presigned: false }
      },
      kill() {
        child.kill('SIGKILL')
      },
    }
  })
  afterAll(async () => {
    server?.client.destroy()
    await end?.()
  })
  return () => {
    if (server === undefined) throw new Error('it has not started')
    return server
  }
}
