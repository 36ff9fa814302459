import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startUploadsDaemon, temporaryDirectory, type Uploader } from '../../support/files/uploads-daemon.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'

const ends = endsAfterEach()

const TUS = { 'tus-resumable': '1.0.0' }
const OFFSET = 'application/offset+octet-stream'

/** A client of tus, step by step. */
function tusClient(base: string, { bearer }: Uploader) {
  const ask = (path: string, method: string, headers: Record<string, string>, body?: Uint8Array) =>
    fetch(base + path, {
      method,
      headers: { ...TUS, ...bearer, ...headers },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    })
  return {
    ask,
    async create(length: number, name = 'notes.bin') {
      const metadata = `filename ${Buffer.from(name).toString('base64')}`
      const headers = { 'upload-length': String(length), 'upload-metadata': metadata }
      const answer = await ask('/api/uploads/tus', 'POST', headers)
      return { status: answer.status, path: answer.headers.get('location') ?? '', answer }
    },
    async offset(path: string) {
      const answer = await ask(path, 'HEAD', {})
      return [answer.status, Number(answer.headers.get('upload-offset'))]
    },
    patch: (path: string, offset: number, body: Uint8Array) =>
      ask(path, 'PATCH', { 'content-type': OFFSET, 'upload-offset': String(offset) }, body),
    async result(path: string) {
      const answer = await ask(path, 'GET', {})
      const body: object = Object(await answer.json())
      return { status: answer.status, body: new Map(Object.entries(body)) }
    },
  }
}

describe('uploads by tus', () => {
  test('UPLOAD-25 an upload that was cut in the middle goes on where it was', async () => {
    const { base, httpPort, person } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    const tus = tusClient(base, alice)
    const content = randomBytes(400_000)
    const { status, path } = await tus.create(content.byteLength, 'Übersicht.bin')
    expect(status).toBe(201)
    expect(await tus.offset(path)).toEqual([200, 0])

    const cut = rawHttp(
      httpPort,
      `PATCH ${path} HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: ${OFFSET}\r\nAuthorization: ${alice.bearer.authorization}\r\nContent-Length: ${content.byteLength}\r\n\r\n`,
    )
    cut.socket.write(content.subarray(0, 150_000))
    await expect.poll(async () => (await tus.offset(path))[1]).toBe(150_000)
    cut.socket.destroy()
    expect((await tus.result(path)).status).toBe(404)

    await expect
      .poll(async () => (await tus.patch(path, 150_000, content.subarray(150_000))).status)
      .toBe(204)
    expect(await tus.offset(path)).toEqual([200, content.byteLength])
    const { body } = await tus.result(path)
    expect([...body.keys()]).toEqual(['fileId', 'key', 'thumbnailKey'])
    expect((await alice.look(body.get('fileId'))).body['name']).toBe('Übersicht.bin')
    const fetched = await alice.fetch(body.get('fileId'))
    expect(Buffer.from(await fetched.arrayBuffer()).equals(content)).toBe(true)
  })

  test('UPLOAD-25 it goes on after a restart of the server too', async () => {
    const data_directory = await temporaryDirectory(ends)
    const settings = {
      persistence: { enable_persistence: true, data_directory },
      uploads: { path: `${data_directory}/files` },
    }
    const before = await startUploadsDaemon(ends, settings)
    const begun = tusClient(before.base, await before.person('alice'))
    const { path } = await begun.create(10)
    expect((await begun.patch(path, 0, Buffer.from('01234'))).status).toBe(204)
    await before.daemon.stop()
    const after = await startUploadsDaemon(ends, settings)
    const alice = await after.person('alice')
    const tus = tusClient(after.base, alice)
    expect(await tus.offset(path)).toEqual([200, 5])
    expect((await tus.patch(path, 5, Buffer.from('56789'))).status).toBe(204)
    const { body } = await tus.result(path)
    expect(await (await alice.fetch(body.get('fileId'))).text()).toBe('0123456789')
  })

  test('UPLOAD-26 what does not fit, or is not at its place, is refused as JSON', async () => {
    const { base, person, stored } = await startUploadsDaemon(ends, {
      uploads: { max_bytes: 100_000, max_bytes_per_user: 150_000 },
    })
    const tus = tusClient(base, await person('alice'))
    const refusal = async (answer: Response) => [answer.status, Object(await answer.json()).error]
    expect(await refusal((await tus.create(100_001)).answer)).toEqual([413, 'upload_refused'])
    const { path } = await tus.create(100_000)
    expect(await refusal((await tus.create(100_000)).answer)).toEqual([413, 'quota_exceeded'])
    expect(await refusal(await tus.patch(path, 5, Buffer.from('x')))).toEqual([409, 'upload_refused'])
    expect(await refusal(await tus.patch(path, 0, randomBytes(100_001)))).toEqual([413, 'upload_refused'])
    expect(await refusal(await tus.ask('/api/uploads/tus/..%2f..%2fx', 'PATCH', {}))).toEqual([
      404,
      'file_not_found',
    ])
    expect(await tus.offset(path)).toEqual([200, 0])
    expect((await tus.ask(path, 'DELETE', {})).status).toBe(204)
    expect(await stored()).toEqual([])
  })

  test('UPLOAD-26 another user has no part in it', async () => {
    const { base, person } = await startUploadsDaemon(ends)
    const tus = tusClient(base, await person('alice'))
    const eve = tusClient(base, await person('eve'))
    const { path } = await tus.create(10)
    for (const method of ['HEAD', 'GET', 'DELETE', 'PATCH'])
      expect((await eve.ask(path, method, {})).status).toBe(404)
    expect((await eve.patch(path, 0, Buffer.from('0123456789'))).status).toBe(404)
    expect(await tus.offset(path)).toEqual([200, 0])
  })

  test('UPLOAD-26 four may be unfinished at once', async () => {
    const { base, person } = await startUploadsDaemon(ends)
    const tus = tusClient(base, await person('alice'))
    const begun = []
    for (let count = 0; count < 4; count += 1) begun.push(await tus.create(10))
    expect(begun.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect((await tus.create(10)).status).toBe(429)
    expect((await tus.patch(begun[0]?.path ?? '', 0, Buffer.from('0123456789'))).status).toBe(204)
    expect((await tus.create(10)).status).toBe(201)
  })

  test('UPLOAD-26 an empty upload is complete at once', async () => {
    const { base, person } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    const tus = tusClient(base, alice)
    const { status, path } = await tus.create(0)
    expect(status).toBe(201)
    expect((await alice.look((await tus.result(path)).body.get('fileId'))).body['bytes']).toBe(0)
  })
})
