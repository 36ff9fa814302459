import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startUploadsDaemon, temporaryDirectory } from '../../support/files/uploads-daemon.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { httpAsk, httpClient } from '../../support/wire/http-client.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'

const ends = endsAfterEach()

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

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

  test('UPLOAD-8 the type is told by the content, whatever the file is called', async () => {
    const { person } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    const page = (await alice.upload('<html><script>alert(1)</script>', 'picture.png')).body
    const fetched = await alice.fetch(page['fileId'])
    expect(fetched.headers.get('content-type')).toBe('application/octet-stream')
    expect(fetched.headers.get('content-disposition')).toBe('attachment; filename="picture.png"')
    const picture = (await alice.upload(PNG, 'page.html')).body
    const shown = await alice.fetch(picture['fileId'])
    expect(shown.headers.get('content-type')).toBe('image/png')
    expect(shown.headers.get('content-disposition')).toBe('inline; filename="page.html"')
  })

  test('UPLOAD-9 no browser runs anything in a file, or guesses what it is', async () => {
    const { person } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    const { fileId } = (await alice.upload('<svg onload="alert(1)">', 'a.svg')).body
    const { headers } = await alice.fetch(fileId)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(headers.get('x-frame-options')).toBe('DENY')
  })

  test('UPLOAD-10 a name is shown as it is, without what could deceive', async () => {
    const { person } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    const { fileId } = (await alice.upload('text', '../../etc/Übersicht\u202egnp.exe')).body
    expect((await alice.look(fileId)).body['name']).toBe('Übersichtgnp.exe')
    expect((await alice.fetch(fileId)).headers.get('content-disposition')).toBe(
      `attachment; filename="_bersichtgnp.exe"; filename*=UTF-8''%C3%9Cbersichtgnp.exe`,
    )
  })

  test('UPLOAD-11 a part of a file is fetched by its range', async () => {
    const { person } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    const { fileId } = (await alice.upload('0123456789')).body
    const part = async (range: string, more: Readonly<Record<string, string>> = {}) => {
      const answer = await alice.fetch(fileId, { range, ...more })
      const whole = answer.status === 416 ? '' : await answer.text()
      return [answer.status, whole, answer.headers.get('content-range')]
    }
    expect(await part('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10'])
    expect(await part('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10'])
    expect(await part('bytes=-3')).toEqual([206, '789', 'bytes 7-9/10'])
    expect(await part('bytes=5-99')).toEqual([206, '56789', 'bytes 5-9/10'])
    expect(await part('bytes=10-')).toEqual([416, '', 'bytes */10'])
    expect(await part('bytes=1-2,4-5')).toEqual([200, '0123456789', null])
    expect(await part('bytes=2-4', { 'if-range': '"another"' })).toEqual([200, '0123456789', null])
    const whole = await alice.fetch(fileId)
    const etag = whole.headers.get('etag') ?? ''
    expect(await part('bytes=2-4', { 'if-range': etag })).toEqual([206, '234', 'bytes 2-4/10'])
    expect((await alice.fetch(fileId, { 'if-none-match': etag })).status).toBe(304)
  })

  test('UPLOAD-11 HEAD tells how large it is', async () => {
    const { base, person } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    const { fileId } = (await alice.upload('0123456789')).body
    const { url } = (await alice.look(fileId)).body
    const answer = await fetch(base + String(url), { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '10'])
    expect(await answer.text()).toBe('')
  })

  test('UPLOAD-12 a URL is good for one file and for a while', async () => {
    const { base, person } = await startUploadsDaemon(ends, { uploads: { url_ttl_secs: 1 } })
    const alice = await person('alice')
    const [one, other] = [(await alice.upload('one')).body, (await alice.upload('other')).body]
    const { url, expiresAt } = (await alice.look(one['fileId'])).body
    const ask = async (path: string) => {
      const answer = await fetch(base + path)
      return [answer.status, answer.ok ? '' : Object(await answer.json()).error]
    }
    const good = String(url)
    expect(await ask(good)).toEqual([200, ''])
    const bad = [403, 'bad_signature']
    expect(await ask(good.replace(String(one['fileId']), String(other['fileId'])))).toEqual(bad)
    expect(await ask(good.replace('variant=content', 'variant=thumbnail'))).toEqual(bad)
    expect(await ask(good.replace(/expires=\d+/, 'expires=99999999999'))).toEqual(bad)
    expect(await ask(`/api/files/${String(one['fileId'])}`)).toEqual(bad)
    await expect.poll(() => Date.now()).toBeGreaterThanOrEqual(Number(expiresAt))
    expect(await ask(good)).toEqual([403, 'url_expired'])
  })

  test('UPLOAD-13 somebody else learns nothing of a file, not even that it is there', async () => {
    const { base, person } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    const eve = await person('eve')
    const { fileId } = (await alice.upload('secret')).body
    const nothing = { status: 404, body: { error: 'file_not_found' } }
    expect(await eve.look(fileId)).toMatchObject(nothing)
    expect(await eve.look('no-file')).toMatchObject(nothing)
    const remove = (headers: Readonly<Record<string, string>>) =>
      httpAsk(`${base}/api/uploads/${String(fileId)}`, 'DELETE', undefined, headers)
    expect(await remove(eve.bearer)).toMatchObject(nothing)
    expect((await alice.look(fileId)).status).toBe(200)
    expect(await remove(alice.bearer)).toMatchObject({ status: 200, body: {} })
    expect(await alice.look(fileId)).toMatchObject(nothing)
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

  test('UPLOAD-20 a file, and the URL of it, outlive a restart', async () => {
    const data_directory = await temporaryDirectory(ends)
    const settings = {
      persistence: { enable_persistence: true, data_directory },
      uploads: { path: `${data_directory}/files`, url_secret: 'a secret of thirty-two letters or more' },
    }
    const before = await startUploadsDaemon(ends, settings)
    const alice = await before.person('alice')
    const { fileId } = (await alice.upload('a text')).body
    const { url } = (await alice.look(fileId)).body
    await before.daemon.stop()
    const after = await startUploadsDaemon(ends, settings)
    expect(await (await fetch(after.base + String(url))).text()).toBe('a text')
    expect((await (await after.person('alice')).look(fileId)).body).toMatchObject({ fileId, bytes: 6 })
  })

  test('UPLOAD-23 a picture has a thumbnail, which is fetched and removed like it', async () => {
    const { base, person, stored } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    const picture = await sharp({ create: { width: 640, height: 640, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const { status, body } = await alice.upload(picture, 'red.png')
    expect([status, body['thumbnailKey']]).toEqual([201, `${String(body['key'])}.jpg`])
    const { thumbnailUrl } = (await alice.look(body['fileId'])).body
    const fetched = await fetch(base + String(thumbnailUrl))
    expect(fetched.headers.get('content-type')).toBe('image/jpeg')
    expect(fetched.headers.get('content-disposition')).toBe('inline')
    const thumbnail = await sharp(await fetched.arrayBuffer()).metadata()
    expect([thumbnail.format, thumbnail.width]).toEqual(['jpeg', 320])
    await httpAsk(`${base}/api/uploads/${String(body['fileId'])}`, 'DELETE', undefined, alice.bearer)
    expect(await stored()).toEqual([])
  })

  test('UPLOAD-24 a picture of which no thumbnail can be made is kept all the same', async () => {
    const { person, stored } = await startUploadsDaemon(ends)
    const alice = await person('alice')
    expect(await alice.upload(PNG)).toMatchObject({ status: 201, body: { thumbnailKey: null } })
    expect(await stored()).toHaveLength(1)
  })

  test('UPLOAD-15 the files of all users take up so much together', async () => {
    const { person } = await startUploadsDaemon(ends, { uploads: { max_total_bytes: 40_000 } })
    const [alice, bob] = [await person('alice'), await person('bob')]
    expect((await alice.upload('one')).status).toBe(201)
    expect((await bob.upload('two')).status).toBe(201)
    expect(await bob.upload('three')).toMatchObject({ status: 507, body: { error: 'storage_full' } })
  })

  test('UPLOAD-16 a client that does not read a file is cut', async () => {
    const { log, lines } = createSpyLog()
    const { httpPort, person } = await startUploadsDaemon(ends, { limits: { drain_timeout_ms: 200 } }, log)
    const alice = await person('alice')
    const { fileId } = (await alice.upload(randomBytes(20_000_000))).body
    const { url } = (await alice.look(fileId)).body
    const lazy = rawHttp(httpPort, `GET ${String(url)} HTTP/1.1\r\nHost: a\r\n\r\n`)
    await lazy.until('200 OK')
    lazy.socket.pause()
    await expect.poll(() => lines.map(({ message }) => message)).toContain('download ended: nobody reads it')
    lazy.socket.resume()
    await lazy.closed
    expect(lazy.received().length).toBeLessThan(20_000_000)
  })
})
