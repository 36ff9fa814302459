import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startUploadsDaemon } from '../../support/files/uploads-daemon.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { httpAsk, httpClient } from '../../support/wire/http-client.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'

const ends = endsAfterEach()

/** The beginning of an upload, with a body of a megabyte to come, of which little does. */
function begunUpload(authorization: string): string {
  const head = `--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`
  return `POST /api/uploads HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n${head}${'x'.repeat(1000)}`
}

describe('uploads over HTTP', () => {
  test('UPLOAD-1 what was uploaded is fetched by a URL that needs no token, byte by byte', async () => {
    const { base, person } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    const content = randomBytes(300_000)
    const uploaded = await alice.upload(content, 'notes.bin')
    expect(uploaded).toMatchObject({ status: 201, body: { thumbnailKey: null } })
    const { fileId, key } = uploaded.body
    expect(Object.keys(uploaded.body)).toEqual(['fileId', 'key', 'thumbnailKey'])

    const { body } = await alice.look(fileId)
    expect(body).toMatchObject({
      fileId,
      key,
      name: 'notes.bin',
      type: 'application/octet-stream',
      bytes: 300_000,
    })
    expect(Number(body['expiresAt'])).toBeGreaterThan(Date.now())
    const fetched = await fetch(base + String(body['url']))
    expect(fetched.status).toBe(200)
    expect(Buffer.from(await fetched.arrayBuffer())).toEqual(content)
  })

  test('UPLOAD-1 an empty file is a file as well', async () => {
    const { person } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    const { status, body } = await alice.upload('')
    expect(status).toBe(201)
    const fetched = await alice.fetch(body['fileId'])
    expect([fetched.status, await fetched.text()]).toEqual([200, ''])
  })

  test('UPLOAD-2 there is nothing of it unless it is switched on', async () => {
    const { base } = await startHttpDaemon(ends)
    const { headers } = await httpClient(base, 'alice')
    for (const [method, path] of [
      ['POST', '/api/uploads'],
      ['GET', '/api/uploads'],
      ['GET', '/api/files/x'],
    ] as const)
      expect(await httpAsk(base + path, method, undefined, headers)).toMatchObject({ status: 404 })
  })

  test('UPLOAD-3 it takes a token, and guests may not', async () => {
    const { base } = await startUploadsDaemon(ends, { security: { guests: true } })
    const send = (headers: Readonly<Record<string, string>>) => {
      const form = new FormData()
      form.set('file', new Blob(['text']), 'a.txt')
      return fetch(`${base}/api/uploads`, { method: 'POST', headers, body: form })
    }
    const without = await send({})
    expect([without.status, Object(await without.json()).error]).toEqual([401, 'token_required'])
    const { token } = (await httpAsk(`${base}/api/users/register`, 'POST', { username: 'mia' })).body
    const guest = await send({ authorization: `Bearer ${String(token)}` })
    expect([guest.status, Object(await guest.json()).error]).toEqual([403, 'not_for_guests'])
  })

  test('UPLOAD-4 what is no form, or has no file, is refused', async () => {
    const { base, person, stored } = await startUploadsDaemon(ends)
    const { bearer } = await person('alice')
    const send = async (type: string, body: string) => {
      const headers = { ...bearer, 'content-type': type }
      const answer = await fetch(`${base}/api/uploads`, { method: 'POST', headers, body })
      return [answer.status, Object(await answer.json()).error]
    }
    expect(await send('application/json', '{}')).toEqual([400, 'not_a_form'])
    expect(await send('multipart/form-data', 'x')).toEqual([400, 'not_a_form'])
    expect(await send('multipart/form-data; boundary=x', 'x')).toEqual([400, 'not_a_form'])
    const field = '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello\r\n--x--\r\n'
    expect(await send('multipart/form-data; boundary=x', field)).toEqual([400, 'no_file'])
    const cutOff = '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhel'
    expect(await send('multipart/form-data; boundary=x', cutOff)).toEqual([400, 'not_a_form'])
    expect(await stored()).toEqual([])
  })

  test('UPLOAD-5 a file that is too large is refused, and nothing of it is left', async () => {
    const { base, person, stored } = await startUploadsDaemon(ends, { uploads: { max_bytes: 100_000 } })
    const alice = await person('alice')
    expect(await alice.upload(randomBytes(100_001))).toMatchObject({
      status: 413,
      body: { error: 'file_too_large' },
    })
    expect(await alice.upload(randomBytes(1_000_000))).toMatchObject({
      status: 413,
      body: { error: 'file_too_large' },
    })
    expect(await stored()).toEqual([])
    expect((await alice.upload(randomBytes(100_000))).status).toBe(201)
    const whole = await httpAsk(`${base}/api/uploads`, 'GET', undefined, alice.bearer)
    expect(whole.body).toMatchObject({ files: 1, bytes: 100_000 })
  })

  test('UPLOAD-6 an upload that is cut off leaves nothing, and one that stops coming is cut off', async () => {
    const { httpPort, person, stored } = await startUploadsDaemon(ends, {
      limits: { frame_timeout_ms: 150 },
    })
    const { bearer } = await person('alice')
    const cut = rawHttp(httpPort, begunUpload(bearer.authorization))
    await expect.poll(stored).toHaveLength(1)
    cut.socket.destroy()
    await expect.poll(stored).toEqual([])

    const slow = rawHttp(httpPort, begunUpload(bearer.authorization))
    await expect.poll(stored).toHaveLength(1)
    await slow.closed
    await expect.poll(stored).toEqual([])
  })

  test('UPLOAD-6 a request that is no upload must still be complete in time', async () => {
    const { httpPort } = await startUploadsDaemon(ends, { limits: { handshake_timeout_ms: 200 } })
    const slow = rawHttp(
      httpPort,
      'POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    )
    await slow.closed
    expect(slow.received()).toContain('408 Request Timeout')
  })

  test('UPLOAD-7 four uploads of one user go on at once, and the fifth is refused', async () => {
    const { httpPort, person, stored } = await startUploadsDaemon(ends)
    const { bearer, upload } = await person('alice')
    const bob = await person('bob')
    const begun = Array.from({ length: 4 }, () => rawHttp(httpPort, begunUpload(bearer.authorization)))
    ends.push(() => {
      for (const { socket } of begun) socket.destroy()
    })
    await expect.poll(stored).toHaveLength(4)
    expect(await upload('text')).toMatchObject({ status: 429, body: { error: 'too_many_at_once' } })
    expect((await bob.upload('text')).status).toBe(201)
    begun[0]?.socket.destroy()
    await expect.poll(async () => (await upload('text')).status).toBe(201)
  })

  test('UPLOAD-14 the files of one user take up so much, and so many there are', async () => {
    const { base, person, stored } = await startUploadsDaemon(ends, {
      uploads: { max_bytes_per_user: 100_000, max_files_per_user: 3 },
    })
    const alice = await person('alice')
    const full = { status: 413, body: { error: 'quota_exceeded' } }
    const { fileId } = (await alice.upload(randomBytes(60_000))).body
    expect(await alice.upload(randomBytes(60_000))).toMatchObject(full)
    expect((await (await person('bob')).upload(randomBytes(60_000))).status).toBe(201)
    await httpAsk(`${base}/api/uploads/${String(fileId)}`, 'DELETE', undefined, alice.bearer)
    for (const text of ['one', 'two', 'three']) expect((await alice.upload(text)).status).toBe(201)
    expect(await alice.upload('four')).toMatchObject(full)
    const usage = await httpAsk(`${base}/api/uploads`, 'GET', undefined, alice.bearer)
    expect(usage.body).toEqual({ bytes: 3 * 16_384, files: 3, maxBytes: 100_000, maxFiles: 3 })
    expect(await stored()).toHaveLength(4)
  })

  test('UPLOAD-14 uploads that end at the same time do not share the last room', async () => {
    const { person, stored } = await startUploadsDaemon(ends, { uploads: { max_files_per_user: 1 } })
    const alice = await person('alice')
    const answers = await Promise.all(['one', 'two', 'three'].map((text) => alice.upload(text)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 413, 413])
    expect(await stored()).toHaveLength(1)
  })

  test('RATE-10 over HTTP the error has the wait and the scores, of uploads and of rooms', async () => {
    const { base, person } = await startUploadsDaemon(ends, {
      rate_limits: { upload_max_score: 1, upload_decay_per_minute: 1, room_join_max_score: 1 },
    })
    const alice = await person('alice')
    expect((await alice.upload('one')).status).toBe(201)
    const refused = await alice.upload('two')
    expect(refused).toMatchObject({ status: 429, body: { error: 'rate_limited', maxScore: 1 } })
    expect(refused.body['message']).toMatch(/^You upload files too fast; try again in \d+ s$/)
    expect(refused.body['retryAfterMs']).toBe(refused.body['retry_after_ms'])
    expect(Number(refused.body['currentScore'])).toBeGreaterThan(0.5)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30)

    const bob = await httpClient(base, 'bob')
    await bob.post('/api/rooms/den/join')
    expect(await bob.post('/api/rooms/den/join')).toMatchObject({
      status: 429,
      body: { error: 'rate_limited', retryAfterMs: expect.any(Number), maxScore: 1 },
    })
  })

  test('UPLOAD-15 the files of all users take up so much together', async () => {
    const { person } = await startUploadsDaemon(ends, { uploads: { max_total_bytes: 40_000 } })
    const [alice, bob] = [await person('alice'), await person('bob')]
    expect((await alice.upload('one')).status).toBe(201)
    expect((await bob.upload('two')).status).toBe(201)
    expect(await bob.upload('three')).toMatchObject({ status: 507, body: { error: 'storage_full' } })
  })
})
