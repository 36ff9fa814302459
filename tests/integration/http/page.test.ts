import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { temporaryDirectory } from '../../support/files/uploads-daemon.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'

const ends = endsAfterEach()
const BUILT = 'dist/web'
const KILO = 1000

/** A path as it is written, where fetch would tidy it up; bodies are left compressed. */
function ask(port: number, path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Readonly<Record<string, unknown>>; body: Buffer }>(
    (resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) })
        })
      })
      asked.on('error', reject).end()
    },
  )
}

/** What index.html loads at once, by its paths below /app/. */
function firstLoad(): readonly string[] {
  const html = readFileSync(`${BUILT}/index.html`, 'utf8')
  return [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path = '']) => path)
}

describe('the page at /app/', () => {
  test('PAGE-1 a browser that asks for nothing in particular is sent to the page', async () => {
    const { httpPort, daemon } = await startHttpDaemon(ends)
    expect(await ask(httpPort, '/', { accept: 'text/html,*/*' })).toMatchObject({
      status: 302,
      headers: { location: '/app/' },
    })
    expect(await ask(httpPort, '/app')).toMatchObject({ status: 302, headers: { location: '/app/' } })
    expect(await ask(httpPort, '/app/')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    })
    expect(daemon.urls.map(({ url }) => url)).toContainEqual(expect.stringMatching(/\/app\/$/))
    // Scripts are told how the server is, as ever.
    expect((await ask(httpPort, '/')).headers['content-type']).toMatch(/^application\/json/)
  })

  test('PAGE-1 where it is switched off, nothing is there, and a browser is sent to the documents', async () => {
    const { httpPort, daemon } = await startHttpDaemon(ends, { http: { serve_web: false } })
    expect((await ask(httpPort, '/', { accept: 'text/html' })).headers['location']).toBe('/docs')
    expect((await ask(httpPort, '/app/')).status).toBe(404)
    expect((await ask(httpPort, '/app')).status).toBe(404)
    expect(daemon.urls.map(({ url }) => url)).not.toContainEqual(expect.stringMatching(/\/app\/$/))
  })

  test('PAGE-2 names with a digest are kept for good, the page itself is asked for and answered with 304', async () => {
    const { httpPort } = await startHttpDaemon(ends)
    const index = await ask(httpPort, '/app/')
    const etag = String(index.headers['etag'])
    expect(index.headers['cache-control']).toBe('no-cache')
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask(httpPort, '/app/', { 'if-none-match': known })
      expect(again).toMatchObject({ status: 304, headers: { etag } })
      expect(again.body).toHaveLength(0)
    }
    expect((await ask(httpPort, '/app/', { 'if-none-match': '"other"' })).status).toBe(200)
    const assets = firstLoad().filter((path) => path.startsWith('assets/'))
    expect(assets.length).toBeGreaterThan(0)
    for (const path of assets) {
      expect(path).toMatch(/-[\w-]{8}\.(js|css)$/)
      const file = await ask(httpPort, `/app/${path}`)
      expect(file).toMatchObject({
        status: 200,
        headers: { 'cache-control': 'public, max-age=31536000, immutable' },
      })
      const head = await ask(httpPort, `/app/${path}`, {}, 'HEAD')
      expect(head).toMatchObject({ status: 200, headers: { etag: file.headers['etag'] } })
      expect(head.headers['content-length']).toBe(String(file.body.length))
      expect(head.body).toHaveLength(0)
    }
  })

  test('PAGE-3 text comes compressed to whoever takes that, and plain to others', async () => {
    const { httpPort } = await startHttpDaemon(ends)
    for (const path of ['/app/', ...firstLoad().map((name) => `/app/${name}`)]) {
      const plain = await ask(httpPort, path)
      const br = await ask(httpPort, path, { 'accept-encoding': 'gzip, deflate, br' })
      const gzip = await ask(httpPort, path, { 'accept-encoding': 'br;q=0, gzip;q=0.5' })
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(br.headers['content-encoding']).toBe('br')
      expect(gzip.headers['content-encoding']).toBe('gzip')
      expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true)
      expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true)
      for (const { headers } of [plain, br, gzip]) expect(headers['vary']).toMatch(/accept-encoding/i)
      expect(new Set([plain, br, gzip].map(({ headers }) => headers['etag'])).size).toBe(3)
    }
  })

  test('PAGE-4 only what was built is there, however a path is written', async () => {
    const { httpPort } = await startHttpDaemon(ends)
    const paths = [
      ...['index.html', 'assets', 'assets/', 'icon.svg.gz', '.made-of', 'constructor', '__proto__'],
      ...['../server_config.json', '..%2fserver_config.json', '%2e%2e/%2e%2e/users.txt', '....//users.txt'],
      ...['assets/../../main.js', '/etc/passwd', '%00', 'assets%5c..%5cmain.js', '%c0%ae%c0%ae/main.js', '%'],
    ]
    for (const path of paths) {
      const answer = await ask(httpPort, `/app/${path}`)
      expect([path, answer.status]).toEqual([
        path,
        expect.toSatisfy((code: number) => [400, 404].includes(code)),
      ])
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
    }
  })

  test('PAGE-6 it loads nothing from elsewhere, keeps to its policy, and is 60 KB at most', async () => {
    const { httpPort } = await startHttpDaemon(ends)
    const { headers, body } = await ask(httpPort, '/app/')
    const policy = String(headers['content-security-policy'])
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
    ]) {
      expect(policy).toContain(part)
    }
    expect(policy).not.toContain('unsafe')
    expect(body.toString()).not.toMatch(/https?:|<script>|<style|\sstyle=|\son\w+=/)
    const zipped = (path: string): number => gzipSync(readFileSync(`${BUILT}/${path}`)).length
    const chunks = readdirSync(`${BUILT}/assets`).filter((name) => name.endsWith('.js'))
    // Of the languages one is loaded: at most the longest.
    const languages = chunks
      .filter((name) => /^(de|en|es)-/.test(name))
      .map((name) => zipped(`assets/${name}`))
    expect(languages).toHaveLength(3)
    const shared = chunks.filter((name) => name.startsWith('dictionary-')).map((name) => `assets/${name}`)
    const parts = [...firstLoad(), ...shared].map(zipped)
    const bytes = [gzipSync(body).length, ...parts, Math.max(...languages)].reduce((a, b) => a + b)
    expect(bytes).toBeGreaterThan(30 * KILO)
    expect(bytes).toBeLessThanOrEqual(60 * KILO)
    // What is loaded later comes from here too: no file names a site.
    for (const name of readdirSync(`${BUILT}/assets`).filter((file) => /\.(js|css)$/.test(file))) {
      const urls = readFileSync(`${BUILT}/assets/${name}`, 'utf8').match(/https?:\/\/[^\s"'`)]+/g) ?? []
      expect(urls.filter((url) => !url.startsWith('http://www.w3.org/'))).toEqual([])
    }
  })

  test('PAGE-6 PAGE-52 it may show sound and films of the server where there are files, and only there', async () => {
    const policyWith = async (overrides: object) => {
      const { httpPort } = await startHttpDaemon(ends, overrides)
      return String((await ask(httpPort, '/app/')).headers['content-security-policy'])
    }
    const path = await temporaryDirectory(ends)
    expect(await policyWith({})).not.toContain('media-src')
    expect(await policyWith({ uploads: { enabled: true, path } })).toContain("media-src 'self';")
  })

  test('PAGE-7 PAGE-34 it knows where the WebSocket is, whether guests may come in, and who may register', async () => {
    const { httpPort } = await startHttpDaemon(ends, {
      http: { websocket_path: '/a"<b>&/ws' },
      security: { guests: true, registration: 'invite' },
      messages: { enabled: true },
    })
    const html = (await ask(httpPort, '/app/')).body.toString()
    const [, content = ''] = /name="roomrtc-settings" content="([^"]*)"/.exec(html) ?? []
    expect(content).not.toContain('<')
    const unescaped = content.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
    expect(JSON.parse(unescaped)).toEqual({
      webSocketPath: '/a"<b>&/ws',
      guests: true,
      registration: 'invite',
      messages: true,
      uploads: false,
    })
  })
})
