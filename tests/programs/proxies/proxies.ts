import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { makeSelfSigned } from '../../../scripts/support/self-signed.ts'
import { findFreePort } from '../../support/programs/free-port.ts'
import { example } from '../example.ts'
import { run } from '../program.ts'

type Afterwards = (end: () => unknown) => void

/** Where the daemon listens. */
interface Behind {
  readonly port: number
  readonly httpPort?: number | undefined
}

/** Where the proxy listens. */
export interface Proxy {
  /** Passes frames on. */
  readonly frames: number
  /** Ends TLS, and passes HTTP on. */
  readonly web: number
  /** Passes the bytes of the HTTP port on, with a PROXY header. */
  readonly webPassedOn: number
}

export async function temporary(afterwards: Afterwards): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-proxy-'))
  afterwards(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Both examples, one behind the other, as docs/deployment.md has it. */
async function haproxyConfig(
  directory: string,
  { port, httpPort = 9 }: Behind,
  proxy: Proxy,
  often: boolean,
): Promise<string> {
  const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 90 })
  await writeFile(join(directory, 'web.pem'), cert + key)
  const frames = await example('haproxy.cfg', {
    'bind :8443': `bind 127.0.0.1:${proxy.frames}`,
    '127.0.0.1:8080': `127.0.0.1:${port}`,
    ...asWhoeverTests(),
    'inter 2s': often ? CHECKED_OFTEN : 'inter 2s',
  })
  const web = await example('haproxy-web.cfg', {
    'bind :443': `bind 127.0.0.1:${proxy.web}`,
    'bind :8444': `bind 127.0.0.1:${proxy.webPassedOn}`,
    '127.0.0.1:8081': `127.0.0.1:${httpPort}`,
    '/etc/roomrtc/web.pem': join(directory, 'web.pem'),
    'inter 2s': often ? CHECKED_OFTEN : 'inter 2s',
  })
  const file = join(directory, 'haproxy.cfg')
  await writeFile(file, `${frames}\n${web}`)
  return file
}

/**
 * Its connection must be there within as long. After one that was not, it takes its time with the next, so that three in a
 * row are no stall of the machine.
 */
const CHECKED_OFTEN = 'inter 50ms fastinter 500ms'

/** Only root can become another. */
export function asWhoeverTests(): Record<string, string> {
  if (process.getuid?.() === 0) return {}
  const { username } = userInfo()
  return { 'user haproxy': `user ${username}`, 'group haproxy': `group ${run('id', ['-gn']).trim()}` }
}

/** A whole nginx.conf around the examples. */
export async function nginxConfig(
  directory: string,
  { port, httpPort = 9 }: Behind,
  proxy: Proxy,
): Promise<string> {
  const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 90 })
  await writeFile(join(directory, 'cert.pem'), cert)
  await writeFile(join(directory, 'key.pem'), key)
  const stream = await example('nginx-stream.conf', {
    'listen 8443': `listen 127.0.0.1:${proxy.frames}`,
    'listen 8444': `listen 127.0.0.1:${proxy.webPassedOn}`,
    '127.0.0.1:8080': `127.0.0.1:${port}`,
    '127.0.0.1:8081': `127.0.0.1:${httpPort}`,
  })
  await writeFile(join(directory, 'stream.conf'), stream)
  const web = await example('nginx-web.conf', {
    'listen 443': `listen 127.0.0.1:${proxy.web}`,
    '127.0.0.1:8081': `127.0.0.1:${httpPort}`,
    '/etc/roomrtc': directory,
  })
  await writeFile(join(directory, 'web.conf'), web)
  const temporaries = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const lines = [
    'load_module /usr/lib/nginx/modules/ngx_stream_module.so;',
    `pid ${directory}/pid;`,
    `error_log ${directory}/error.log;`,
    'daemon off;',
    'events {}',
    `include ${directory}/stream.conf;`,
    'http {',
    `  access_log ${directory}/access.log;`,
    ...temporaries.map((name) => `  ${name}_temp_path ${directory}/${name};`),
    `  include ${directory}/web.conf;`,
    '}',
  ]
  const file = join(directory, 'nginx.conf')
  await writeFile(file, `${lines.join('\n')}\n`)
  return file
}

export async function freePorts(): Promise<Proxy> {
  const [frames, web, webPassedOn] = await Promise.all([1, 2, 3].map(() => findFreePort('tcp')))
  if (frames === undefined || web === undefined || webPassedOn === undefined) throw new Error('three ports')
  return { frames, web, webPassedOn }
}

/** `often`: it asks the daemon many times a second whether it takes connections. */
export async function haproxyBefore(daemon: Behind, afterwards: Afterwards, often = false): Promise<Proxy> {
  const ports = await freePorts()
  const file = await haproxyConfig(await temporary(afterwards), daemon, ports, often)
  await start('haproxy', ['-db', '-f', file], ports, afterwards)
  return ports
}

export async function nginxBefore(
  daemon: Behind,
  afterwards: Afterwards,
): Promise<Proxy & { readonly accessLog: string }> {
  const ports = await freePorts()
  const directory = await temporary(afterwards)
  const file = await nginxConfig(directory, daemon, ports)
  await start('nginx', ['-c', file], ports, afterwards)
  return { ...ports, accessLog: join(directory, 'access.log') }
}

/** Starts the proxy and waits until it listens. */
async function start(
  program: string,
  args: readonly string[],
  ports: Proxy,
  afterwards: Afterwards,
): Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore' })
  const closed = once(child, 'close')
  afterwards(() => {
    child.kill('SIGTERM')
    return closed
  })
  for (const port of Object.values(ports)) await expect.poll(() => listens(port)).toBe(true)
}

export async function listens(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' })
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return connected
}
