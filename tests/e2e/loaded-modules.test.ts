import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { endsAfterEach } from '../support/ends.ts'
import { spawnDaemon } from '../support/programs/spawned-daemon.ts'

const ends = endsAfterEach()

/** Writes down what each import leads to. */
const HOOKS = `import { appendFileSync } from 'node:fs'
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  appendFileSync(process.env.LOADED, found.url + '\\n')
  return found
}`

/** The packages that a daemon has loaded once it listens. */
async function packagesOf(http: object, uploads: object = {}, more: object = {}): Promise<Set<string>> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-'))
  ends.push(() => rm(directory, { recursive: true }))
  const at = (name: string) => join(directory, name)
  const hooks = pathToFileURL(at('hooks.mjs')).href
  await writeFile(at('hooks.mjs'), HOOKS)
  await writeFile(at('register.mjs'), `import { register } from 'node:module'\nregister('${hooks}')`)
  const daemon = await spawnDaemon({
    cwd: directory,
    config: { http, uploads, ...more },
    env: { LOADED: at('loaded'), NODE_OPTIONS: `--import ${pathToFileURL(at('register.mjs')).href}` },
  })
  ends.push(() => daemon.stop('SIGKILL'))
  const loaded = await readFile(at('loaded'), 'utf8')
  return new Set([...loaded.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map(([, name = '']) => name))
}

test('SIO-1 as long as it is off its library is not loaded', async () => {
  expect(await packagesOf({ socket_io: true })).toContain('socket.io')
  const without = await packagesOf({})
  expect(without).toContain('hono')
  expect(without).not.toContain('socket.io')
})

test('UPLOAD-2 as long as nobody may upload files nothing of it is loaded', async () => {
  const enabled = await packagesOf({}, { enabled: true })
  expect(enabled).toContain('@fastify/busboy')
  expect(enabled).not.toContain('@aws-sdk/client-s3')
  const without = await packagesOf({})
  for (const name of ['@fastify/busboy', '@tus/server', 'sharp']) expect(without).not.toContain(name)
})

test('MSG-9 PUSH-12 as long as there are no messages, and nobody is woken, nothing for it is loaded', async () => {
  const push = { enabled: true, contact: 'mailto:admin@example.org' }
  const enabled = await packagesOf({}, {}, { messages: { enabled: true }, push })
  const without = await packagesOf({})
  for (const name of ['better-sqlite3', 'web-push']) {
    expect(enabled).toContain(name)
    expect(without).not.toContain(name)
  }
})

test('SQL-1 without a database its library is not loaded', async () => {
  const packages = await packagesOf({})
  expect(packages).toContain('zod')
  for (const name of ['pg', 'pg-pool']) expect(packages).not.toContain(name)
})

test('HTTP-34 as long as it is off nothing of it is loaded', async () => {
  const packages = await packagesOf({ enable: false })
  expect(packages).toContain('zod')
  for (const name of ['hono', '@hono/node-server', '@hono/zod-openapi', 'ws', 'socket.io'])
    expect(packages).not.toContain(name)
})
