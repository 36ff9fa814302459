import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startUploadsDaemon, temporaryDirectory } from '../../support/files/uploads-daemon.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { httpAsk } from '../../support/wire/http-client.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'

const ends = endsAfterEach()

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

describe('files over HTTP', () => {
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
