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
  /** No media comes from it from here on; its API answers. */
  muffle(): void
  unmuffle(): void
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
  const subnet = `10.${randomInt(200, 250)}.${randomInt(256)}.${randomInt(32) * 8}`
  // A way of its own for media, so that it can be cut.
  const [control, media] = [wayOf(`${id}c`, subnet, 0), wayOf(`${id}m`, subnet, 4)]
  let child: ChildProcess | undefined
  const server: JanusServer = {
    url: `ws://${control.inside}:${PORT}`,
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
    muffle() {
      run('ip', ['link', 'set', media.device, 'down'])
    },
    unmuffle() {
      run('ip', ['link', 'set', media.device, 'up'])
    },
  }
  ends.push(async () => {
    await server.kill()
    // One that has not come up in time.
    for (const pid of run('ip', ['netns', 'pids', id]).match(/\d+/g) ?? [])
      process.kill(Number(pid), 'SIGKILL')
    // Its halves of the pairs of devices go with the namespace, and so do the others.
    run('ip', ['netns', 'delete', id])
    await rm(directory, { recursive: true, force: true })
  })
  run('ip', ['netns', 'add', id])
  layWay(id, control)
  layWay(id, media)
  await writeFiles(directory, { secret, control, media, stringIds })
  await server.start()
  return server
}

/** Two devices, one here and one in the namespace. */
interface Way {
  readonly device: string
  readonly peer: string
  readonly outside: string
  readonly inside: string
}

function wayOf(name: string, subnet: string, from: number): Way {
  const [a, b, c, last] = subnet.split('.')
  const address = (by: number): string => [a, b, c, Number(last) + from + by].join('.')
  return { device: `j${name}a`, peer: `j${name}b`, outside: address(1), inside: address(2) }
}

function layWay(namespace: string, { device, peer, outside, inside }: Way): void {
  run('ip', ['link', 'add', device, 'type', 'veth', 'peer', 'name', peer, 'netns', namespace])
  run('ip', ['address', 'add', `${outside}/30`, 'dev', device])
  run('ip', ['link', 'set', device, 'up'])
  run('ip', ['-n', namespace, 'address', 'add', `${inside}/30`, 'dev', peer])
  run('ip', ['-n', namespace, 'link', 'set', peer, 'up'])
}

async function writeFiles(
  directory: string,
  options: {
    readonly secret: string
    readonly control: Way
    readonly media: Way
    readonly stringIds: boolean
  },
): Promise<void> {
  const { secret, control, media, stringIds } = options
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
    nat: { full_trickle = true
      ice_enforce_list = "${media.peer}" }
    `,
  )
  await writeFile(join(directory, 'janus.plugin.videoroom.jcfg'), `general: { string_ids = ${stringIds} }\n`)
  await writeFile(
    join(directory, 'janus.transport.websockets.jcfg'),
    `general: { ws = true
      ws_port = ${PORT}
      ws_ip = "${control.inside}" }
    admin: { admin_ws = false }
    `,
  )
}
