import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { type Call, connect } from 'roomrtc-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksUnder } from '../support/documented-examples.ts'
import { endsAfterEach } from '../support/ends.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'
import { makePackageProject, PACKAGE } from '../support/package-project.ts'

const MAX_BROWSER_BYTES = 15 * 1024
const MAX_ROOMS_BYTES = 3 * 1024
const MAX_HISTORY_BYTES = 1024
const MAX_MESSAGES_BYTES = 2048
const MAX_WATCH_BYTES = 1024
const MAX_PUSH_BYTES = 1024

const { resolve: find } = createRequire(import.meta.url)
const ends = endsAfterEach()
/** A new project in which the tarball is installed, and nothing else. */
let project: string

/** A program of this repository's node_modules, by the file that it starts with. */
function run(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(process.execPath, [program, ...args], { cwd, encoding: 'utf8' })
}

beforeAll(() => {
  project = makePackageProject()
})

afterAll(() => {
  rmSync(project, { recursive: true })
})

it('PKG-30 a program in JavaScript that installs the package makes a call over TCP', async () => {
  const daemon = await startTestDaemon()
  ends.push(() => daemon.stop())
  const file = join(project, 'call.js')
  writeFileSync(
    file,
    `import { connect } from 'roomrtc-client'
    const [alice, bob] = await Promise.all(['alice', 'bob'].map(async (username) => {
      const client = await connect('tcp://127.0.0.1:${daemon.port}')
      await client.register({ username, password: 'secret' })
      await client.login({ username, password: 'secret' })
      return client
    }))
    bob.on('call', (call) => call.accept())
    const call = alice.call(bob.me)
    await call.until('active')
    console.log(call.peer.username)
    await Promise.all([alice.close(), bob.close()])`,
  )
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: project })
  expect(stdout).toBe('bob\n')
})

it.each([
  ['node16', 'node16', ['ES2022']],
  ['bundler', 'esnext', ['ES2022', 'DOM']],
])(
  'PKG-31 a program in TypeScript finds the types: module resolution %s',
  (moduleResolution, module, lib) => {
    writeFileSync(
      join(project, 'typed.ts'),
      `import { connect, RoomRtcError, type Call, type CallState } from 'roomrtc-client'
      import { roomsOf, type Member } from 'roomrtc-client/rooms'
      import { historyOf, type PastCall } from 'roomrtc-client/history'
      import { watchOf, type WatchedRoom } from 'roomrtc-client/watch'
      export async function callUp(url: string, id: string): Promise<CallState> {
        const client = await connect(url, { timeoutMs: 1000 })
        const call: Call = client.call(id)
        const wrong = new RoomRtcError('closed', 'over').reason
        if (wrong === 'callee_busy') return call.state
        const members: Member[] = [...(await roomsOf(client).join('voice')).members]
        const [first] = members
        const past: readonly PastCall[] = (await historyOf(client).list({ missed: true })).calls
        if (past[0]?.outcome === 'missed') return call.state
        if (first?.offers === 'me') return call.state
        const room: WatchedRoom | undefined = watchOf(client, { list: 200 }).room('voice')
        if (room?.members === 0) return call.state
        // @ts-expect-error: there is no such state
        return call.until('asleep')
      }`,
    )
    const compilerOptions = {
      strict: true,
      noEmit: true,
      moduleResolution,
      module,
      lib,
      target: 'es2022',
      types: [],
    }
    // Node's types are those of a program: here, of what AbortSignal and the like are.
    const further = lib.includes('DOM')
      ? {}
      : { types: ['node'], typeRoots: [resolve('node_modules/@types')] }
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...compilerOptions, ...further }, files: ['typed.ts'] }),
    )
    run(find('typescript/bin/tsc'), ['-p', '.'], project)
  },
)

/** What such a page has of the package, for a browser. */
async function bundled(page: string): Promise<{ readonly text: string; readonly gzipped: number }> {
  writeFileSync(join(project, 'page.js'), page)
  const { outputFiles } = await build({
    entryPoints: [join(project, 'page.js')],
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
  })
  const [bundle] = outputFiles
  return { text: bundle?.text ?? '', gzipped: gzipSync(bundle?.contents ?? '', { level: 9 }).length }
}

it('PKG-32 the core for browsers has at most 15 KB, minified and gzipped, and nothing of Node', async () => {
  const { text, gzipped } = await bundled(`export * from 'roomrtc-client'`)
  expect(text).not.toMatch(/node:|require\(/)
  expect(gzipped).toBeLessThanOrEqual(MAX_BROWSER_BYTES)
})

it('PKG-48 only a page that imports the rooms has them, in at most 3 KB more', async () => {
  const core = await bundled(`export * from 'roomrtc-client'`)
  const both = await bundled(`export * from 'roomrtc-client'; export * from 'roomrtc-client/rooms'`)
  expect(both.text).toContain('type:"ROOM_UPDATE"')
  expect(core.text).not.toContain('type:"ROOM_UPDATE"')
  expect(both.gzipped - core.gzipped).toBeLessThanOrEqual(MAX_ROOMS_BYTES)
})

it('PKG-72 only a page that imports the history has it, in at most 1 KB more', async () => {
  const core = await bundled(`export * from 'roomrtc-client'`)
  const both = await bundled(`export * from 'roomrtc-client'; export * from 'roomrtc-client/history'`)
  expect(core.text).not.toContain('type:"HISTORY_REQUEST"')
  expect(both.text).toContain('type:"HISTORY_REQUEST"')
  expect(both.gzipped - core.gzipped).toBeLessThanOrEqual(MAX_HISTORY_BYTES)
})

it('PKG-83 only a page that imports messages has them, in at most 2 KB more', async () => {
  const core = await bundled(`export * from 'roomrtc-client'`)
  const both = await bundled(`export * from 'roomrtc-client'; export * from 'roomrtc-client/messages'`)
  expect(core.text).not.toMatch(/MESSAGE_|'messages'/)
  expect(both.text).toContain('type:"MESSAGE_SEND"')
  expect(both.gzipped - core.gzipped).toBeLessThanOrEqual(MAX_MESSAGES_BYTES)
})

it('PKG-79 only a page that imports it watches, in at most 1 KB more', async () => {
  const core = await bundled(`export * from 'roomrtc-client'`)
  const both = await bundled(`export * from 'roomrtc-client'; export * from 'roomrtc-client/watch'`)
  expect(core.text).not.toContain('type:"WATCH"')
  expect(both.text).toContain('type:"WATCH"')
  expect(both.gzipped - core.gzipped).toBeLessThanOrEqual(MAX_WATCH_BYTES)
})

it('PKG-92 only a page that imports push has it, in at most 1 KB more', async () => {
  const core = await bundled(`export * from 'roomrtc-client'`)
  const both = await bundled(`export * from 'roomrtc-client'; export * from 'roomrtc-client/push'`)
  expect(core.text).not.toMatch(/PUSH_|'push'/)
  expect(both.text).toContain('type:"PUSH_SUBSCRIBE"')
  expect(both.gzipped - core.gzipped).toBeLessThanOrEqual(MAX_PUSH_BYTES)
})

it('PKG-33 publint and attw find nothing', { timeout: 120_000 }, () => {
  run(resolve('node_modules/publint/src/cli.js'), ['--strict', '--pack', 'false'], PACKAGE)
  const attw = resolve('node_modules/@arethetypeswrong/cli/dist/index.js')
  run(attw, ['--pack', '.', '--profile', 'esm-only', '--quiet'], PACKAGE)
})

describe('the README that is in the package', () => {
  const readme = () => join(project, 'node_modules/roomrtc-client/README.md')

  async function server() {
    const daemon = await startTestDaemon()
    ends.push(() => daemon.stop())
    const url = `tcp://127.0.0.1:${daemon.port}`
    const bob = await connect(url)
    ends.push(() => bob.close())
    for (const username of ['alice', 'bob']) await bob.register({ username, password: 'secret' })
    await bob.login({ username: 'bob', password: 'secret' })
    return { url, bob }
  }

  /** Runs the example as it stands, but for these changes. */
  function runExample(changes: Readonly<Record<string, string>>) {
    const [example] = blocksUnder(readme(), 'roomrtc-client')
    let program = example?.lines.join('\n') ?? ''
    for (const [from, to] of Object.entries(changes)) {
      expect(program.split(from)).toHaveLength(2)
      program = program.replace(from, to)
    }
    const file = join(project, 'example.js')
    writeFileSync(file, program)
    const child = spawn(process.execPath, [file], { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] })
    ends.push(() => child.kill('SIGKILL'))
    const printed: string[] = []
    createInterface({ input: child.stdout }).on('line', (line) => printed.push(line))
    return printed
  }

  const URL = 'wss://calls.example.org/ws'

  it('PKG-34 its example shows who is there, calls, holds the call and hangs up', async () => {
    const { url, bob } = await server()
    const states: unknown[] = []
    bob.on('call', (call) => {
      call.on('state', ({ name }) => states.push(name))
      call.accept()
    })
    const printed = runExample({ [URL]: url })
    await expect.poll(() => printed).toContain('bob Available')
    await expect.poll(() => states).toEqual(['active', 'held', 'ended'])
  })

  it('PKG-34 its example says why there was no call, and answers when somebody calls', async () => {
    const { url, bob } = await server()
    const declined = new Promise<Call>((resolve) => {
      bob.on('call', (call) => {
        call.decline()
        resolve(call)
      })
    })
    const printed = runExample({ [URL]: url, 'await client.close()': '' })
    const call = bob.call((await declined).peer)
    await call.until('active')
    call.hangup()
    await expect
      .poll(() => printed)
      .toEqual(expect.arrayContaining(['no call: declined', 'bob calls', 'active', 'ended']))
  })

  it('PKG-34 each of its links leads to an address, or to a file of the package', () => {
    const links = [...readFileSync(readme(), 'utf8').matchAll(/\]\(([^)]*)\)/g)].map(([, link = '']) => link)
    const leadNowhere = links.filter(
      (link) =>
        !/^(https:|#)/.test(link) && (link.startsWith('..') || !existsSync(resolve(readme(), '..', link))),
    )
    expect(leadNowhere).toEqual([])
  })
})
