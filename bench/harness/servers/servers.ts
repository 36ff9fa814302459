import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { writeSelfSigned } from '../../../scripts/support/write-self-signed.ts'
import type { Subprotocol } from '../../shared/web-socket-stream.ts'
import { writeAccounts } from './accounts.ts'
import { built } from '../build.ts'
import { compileC } from './c-compiler.ts'
import { daemonConfig } from './daemon-config.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { writeWaitingSessions } from './waiting-sessions.ts'

/** The program that is measured, as it is built. */
export const DAEMON = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))
const FLOOR_IN_C = fileURLToPath(new URL('../../floor/relay.c', import.meta.url))

export interface ServerOptions {
  /** How many accounts there are. The floor asks for none. */
  readonly accounts?: number
  readonly bcryptCost?: number
  /** Whether all users are Available before they log in, as they are for the floor. */
  readonly allAvailable?: boolean
  /** How many of them are in rooms of so many, where their sessions wait. */
  readonly inRooms?: { readonly inRooms: number; readonly roomSize: number }
  readonly tls?: boolean
  /** Whether clients come by WebSocket, and which way they speak. */
  readonly subprotocol?: Subprotocol | undefined
  /** Whether each fsync takes as long as on a slow disk. */
  readonly slowDisk?: boolean
  /** Whether it can be asked how much it holds. */
  readonly collects?: boolean
  /** Over the configuration of daemon-config.ts, by section. */
  readonly config?: Readonly<Record<string, object>>
}

export async function startDaemon(
  directory: string,
  {
    accounts = 0,
    bcryptCost = 4,
    allAvailable = false,
    inRooms,
    tls = false,
    slowDisk = false,
    collects = false,
    subprotocol,
    config = {},
  }: ServerOptions,
): Promise<ServerProcess> {
  if (accounts > 0) writeAccounts(directory, accounts, bcryptCost)
  if (allAvailable) await writeWaitingSessions(directory, accounts, inRooms)
  const server = tls ? { enable_tls: true, ...(await writeSelfSigned(directory)) } : {}
  const effective = daemonConfig({
    server,
    ...config,
    security: { bcrypt_cost: bcryptCost, ...config['security'] },
  })
  return startServer({
    args: [
      ...(slowDisk ? ['--import', built('floor/slow-disk.js')] : []),
      ...(collects ? ['--expose-gc', '--import', built('floor/collect.js')] : []),
      DAEMON,
    ],
    cwd: directory,
    env: { CONFIG: JSON.stringify(effective) },
    tls,
    portIn: (line) => portInLog(line, subprotocol === undefined ? 'port' : 'http_port'),
  })
}

export async function startFloor(
  directory: string,
  { tls = false, subprotocol }: ServerOptions,
): Promise<ServerProcess> {
  if (subprotocol !== undefined)
    return startServer({
      args: [built('floor/web-socket-server.js'), subprotocol],
      cwd: directory,
      tls,
      portIn: Number,
    })
  const certificate = tls ? Object.values(await writeSelfSigned(directory)) : []
  return startServer({
    args: [built('floor/server.js'), ...certificate],
    cwd: directory,
    tls,
    portIn: Number,
  })
}

/** Compiles it into the directory first. */
export function startFloorInC(directory: string): Promise<ServerProcess> {
  const program = join(directory, 'relay')
  compileC(FLOOR_IN_C, program)
  return startServer({ program, args: [], cwd: directory, tls: false, portIn: Number })
}

const listening = z.object({ msg: z.literal('listening'), port: z.int(), http_port: z.int() })

function portInLog(line: string, which: 'port' | 'http_port'): number | undefined {
  const parsed = listening.safeParse(JSON.parse(line))
  return parsed.success ? parsed.data[which] : undefined
}
