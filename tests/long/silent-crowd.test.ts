import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectTcp, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { expect, test } from 'vitest'
import { writeSelfSigned } from '../../scripts/support/write-self-signed.ts'
import { DaemonHealth } from '../fuzz/daemon-health.ts'
import { endsAfterEach } from '../support/ends.ts'
import { connectRaw, logIn } from '../support/wire/raw-client.ts'
import { type SpawnedDaemon, spawnDaemon } from '../support/programs/spawned-daemon.ts'

const CROWD = 2500
/** So many come at a time, a fifth of them half-open, and then somebody who logs in. */
const AT_A_TIME = CROWD / 10
/** Handshakes take their time, and the first are not to be gone before the last have come. */
const DEADLINE_MS = Math.max(5000, 6 * CROWD)

/** The record header of a ClientHello that announces 512 bytes, and the first few of them. */
const HALF_A_CLIENT_HELLO = Buffer.from('160301020001', 'hex')
/** The header of a frame of 64 bytes, and nothing of it. */
const HALF_A_FRAME = Buffer.from('0000004001', 'hex')

/** For a machine that is busy otherwise. */
const PATIENCE_MS = 90_000

type Speech = 'plain' | 'TLS'

const ends = endsAfterEach()

async function start(speech: Speech, server: object): Promise<SpawnedDaemon> {
  const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-'))
  ends.push(() => rm(cwd, { recursive: true, force: true }))
  const tls = { enable_tls: true, ...(await writeSelfSigned(cwd)) }
  const daemon = await spawnDaemon({
    cwd,
    config: {
      server: { ...(speech === 'TLS' ? tls : {}), ...server },
      limits: {
        handshake_timeout_ms: DEADLINE_MS,
        login_timeout_ms: DEADLINE_MS,
        linger_timeout_ms: 1000,
      },
      security: { bcrypt_cost: 4, hash_threads: 1, enable_rate_limiting: false },
    },
  })
  ends.push(() => daemon.stop('SIGKILL'))
  return daemon
}

/** Connections that say nothing, or half of something, from several addresses, and never close, whatever they are told. */
class Crowd {
  readonly #port: number
  readonly #sockets: Socket[] = []
  readonly #sentAway = new Set<Socket>()

  constructor(port: number) {
    this.#port = port
    ends.push(() => {
      for (const socket of this.#sockets) socket.destroy()
      return Promise.resolve()
    })
  }

  /** Those whom the daemon has not sent away. */
  get left(): number {
    return this.#sockets.length - this.#sentAway.size
  }

  /** One that is through with whatever comes before the login. */
  async silent(speech: Speech): Promise<void> {
    const socket = await this.#connect()
    if (speech === 'plain') return
    const secure = connectTls({ socket, rejectUnauthorized: false })
    secure.on('error', () => undefined)
    this.#watch(secure, socket)
    secure.resume()
    await through(secure, 'secureConnect')
  }

  /** Over TLS the end is told by the socket above the one that was connected. */
  #watch(by: Socket, socket: Socket): void {
    for (const end of ['end', 'close']) by.once(end, () => this.#sentAway.add(socket))
  }

  async halfOpen(beginning: Buffer): Promise<void> {
    const socket = await this.#connect()
    if (beginning.length > 0) socket.write(beginning)
  }

  async #connect(): Promise<Socket> {
    const localAddress = `127.0.0.${2 + (this.#sockets.length % 8)}`
    const socket = connectTcp({ port: this.#port, host: '127.0.0.1', localAddress, allowHalfOpen: true })
    this.#sockets.push(socket)
    socket.on('error', () => undefined)
    this.#watch(socket, socket)
    socket.resume()
    await through(socket, 'connect')
    return socket
  }
}

/** Or sent away before it is: there are many. */
async function through(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  await Promise.race([once(socket, event), once(socket, 'close')]).catch(() => undefined)
}

/** The whole crowd comes, and again and again somebody who logs in; then all of the crowd must go. */
async function besiege(speech: Speech, server: object): Promise<void> {
  const daemon = await start(speech, server)
  const health = new DaemonHealth(daemon)
  const connectWell = () => connectRaw(daemon.port, speech === 'TLS' ? {} : undefined)
  // Once it has hashed, its hash thread has all the descriptors that it will have.
  const first = await connectWell()
  await logIn(first, 'well-behaved')
  const handles = health.handles - 1
  await first.close()
  const crowd = new Crowd(daemon.port)
  const beginnings =
    speech === 'TLS' ? [Buffer.alloc(0), HALF_A_CLIENT_HELLO] : [HALF_A_FRAME.subarray(0, 2), HALF_A_FRAME]
  let most = 0
  for (let come = 0; come < CROWD; come += AT_A_TIME) {
    const arrivals = Array.from({ length: AT_A_TIME }, (_, i) =>
      i % 5 === 0 ? crowd.halfOpen(beginnings[i % 2] ?? HALF_A_FRAME) : crowd.silent(speech),
    )
    await Promise.all(arrivals)
    const client = await connectWell()
    await logIn(client, 'well-behaved')
    most = Math.max(most, crowd.left)
    await client.close()
  }
  console.log(`${speech}: at most ${most} of ${CROWD} at one time`)
  await expect.poll(() => crowd.left, { timeout: PATIENCE_MS }).toBe(0)
  await health.letGo(handles)
  expect(health.complaint()).toBeUndefined()
}

const ROOM_FOR_ALL = {
  max_connections: 5000,
  max_connections_per_address: 5000,
  max_guests: 5000,
  max_guests_per_address: 5000,
}

test.each(['plain', 'TLS'] as const)(
  `ATTACK-9 TIME-1 TIME-3 among ${CROWD * 0.8} connections that say nothing and ${CROWD * 0.2} half-open ones a client logs in, and after the deadline they are gone: %s`,
  (speech) => besiege(speech, ROOM_FOR_ALL),
  2 * PATIENCE_MS,
)

/** Fewer than the crowd, so that most of it must make room. */
const ROOM_FOR_A_TENTH = {
  max_connections: CROWD * 0.12,
  max_connections_per_address: CROWD * 0.12,
  max_guests: CROWD * 0.1,
  max_guests_per_address: CROWD * 0.1,
}

test.each(['plain', 'TLS'] as const)(
  'ATTACK-9 BOUND-5 so it is where there is room for a tenth of them: %s',
  (speech) => besiege(speech, ROOM_FOR_A_TENTH),
  2 * PATIENCE_MS,
)
