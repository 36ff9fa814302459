import type { ChildProcess } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../programs/program.ts'
import { spawnUntil } from './redis-server.ts'

const LIBRARIES = '/usr/lib/x86_64-linux-gnu/janus'
const PORT = 8188

/** A real Janus, in a network of its own: it offers no candidates of the loopback device. */
export interface JanusServer {
  /** Of its WebSocket API. */
  readonly url: string
  readonly secret: string
  /** Where recordings may be written. */
  readonly directory: string
  kill(): Promise<void>
  /** On the same address, knowing nothing of before. */
  start(): Promise<void>
  /** It does not answer from here on, and its connections stay. */
  pause(): void
  goOn(): void
}

/** Needs root: a network namespace is made for it, and goes at the end. */
export async function startJanus(
  ends: (() => unknown)[],
  {
    secret = randomBytes(12).toString('hex'),
    stringIds = true,
  }: { readonly secret?: string; readonly stringIds?: boolean } = {},
): Promise<JanusServer> {
  const id = randomBytes(4).toString('hex')
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-janus-'))
  const subnet = `10.${randomInt(200, 250)}.${randomInt(256)}.${randomInt(64) * 4}`
  const address = nextOf(subnet, 2)
  let child: ChildProcess | undefined
  const server: JanusServer = {
    url: `ws://${address}:${PORT}`,
    secret,
    directory,
    async kill() {
      const ending = child
      child = undefined
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
      const closed = once(ending, 'close')
      ending.kill('SIGKILL')
      await closed
    },
    async start() {
      const janus = [
        '/usr/bin/janus',
        '--configs-folder',
        directory,
        '--config',
        join(directory, 'janus.jcfg'),
      ]
      child = await spawnUntil('ip', ['netns', 'exec', id, ...janus], /WebSockets thread started/)
    },
    pause() {
      child?.kill('SIGSTOP')
    },
    goOn() {
      child?.kill('SIGCONT')
    },
  }
  ends.push(async () => {
    await server.kill()
    // One that has not come up in time.
    for (const pid of run('ip', ['netns', 'pids', id]).match(/\d+/g) ?? [])
      process.kill(Number(pid), 'SIGKILL')
    // Its half of the pair of devices goes with the namespace, and so does the other one.
    run('ip', ['netns', 'delete', id])
    await rm(directory, { recursive: true, force: true })
  })
  layNetwork(id, { outside: nextOf(subnet, 1), inside: address })
  await writeFiles(directory, { secret, address, stringIds })
  await server.start()
  return server
}

function nextOf(subnet: string, by: number): string {
  const [a, b, c, last] = subnet.split('.')
  return [a, b, c, Number(last) + by].join('.')
}

function layNetwork(id: string, addresses: { readonly outside: string; readonly inside: string }): void {
  run('ip', ['netns', 'add', id])
  run('ip', ['link', 'add', `j${id}a`, 'type', 'veth', 'peer', 'name', `j${id}b`, 'netns', id])
  run('ip', ['address', 'add', `${addresses.outside}/30`, 'dev', `j${id}a`])
  run('ip', ['link', 'set', `j${id}a`, 'up'])
  run('ip', ['-n', id, 'address', 'add', `${addresses.inside}/30`, 'dev', `j${id}b`])
  run('ip', ['-n', id, 'link', 'set', `j${id}b`, 'up'])
}

async function writeFiles(
  directory: string,
  options: { readonly secret: string; readonly address: string; readonly stringIds: boolean },
): Promise<void> {
  const { secret, address, stringIds } = options
  for (const [folder, library] of [
    ['plugins', 'libjanus_videoroom.so'],
    ['transports', 'libjanus_websockets.so'],
  ] as const) {
    await mkdir(join(directory, folder))
    await symlink(join(LIBRARIES, folder, library), join(directory, folder, library))
  }
  const folders = ['plugins', 'transports', 'events', 'loggers']
  const places = folders.map((folder) => `${folder}_folder = "${join(directory, folder)}"`)
  await writeFile(
    join(directory, 'janus.jcfg'),
    `general: { configs_folder = "${directory}"
      ${places.join('\n')}
      debug_level = 4
      debug_colors = false
      api_secret = "${secret}" }
    media: { ipv6 = false }
    nat: { full_trickle = true }
    `,
  )
  await writeFile(join(directory, 'janus.plugin.videoroom.jcfg'), `general: { string_ids = ${stringIds} }\n`)
  await writeFile(
    join(directory, 'janus.transport.websockets.jcfg'),
    `general: { ws = true
      ws_port = ${PORT}
      ws_ip = "${address}" }
    admin: { admin_ws = false }
    `,
  )
}
