import { StartupError } from '../../application/ports/system/startup-error.ts'
import type { Config } from '../../config/schema.ts'
import { controlSocketPath } from '../../daemon/control/socket-path.ts'
import { type Ask, askBy } from './ask.ts'
import { refused } from './command-failure.ts'
import { request } from './request.ts'

/** The options that every command has. */
export interface Globals {
  readonly socket?: string
  readonly config?: string
  readonly json?: boolean
}

export const NO_CONTROL_SOCKET = 'no_control_socket'

/** Throws where the configuration has faults. */
export async function configOf({ config: path }: Globals): Promise<Config> {
  // Only here: with --socket no configuration is needed, and its schema takes longer to load than an answer to come.
  const { loadConfig } = await import('../../config/load.ts')
  try {
    return loadConfig({ path, env: process.env, cwd: process.cwd() }).config
  } catch (error) {
    if (error instanceof StartupError) throw refused('bad_configuration', error.faults.join('\n'))
    throw error
  }
}

async function socketOf(globals: Globals): Promise<string> {
  if (globals.socket !== undefined) return globals.socket
  const path = controlSocketPath(await configOf(globals))
  if (path !== undefined) return path
  throw refused(
    NO_CONTROL_SOCKET,
    'this configuration has no control socket: server.control_socket or persistence.enable_persistence is false',
  )
}

/** Of a daemon that runs. */
export function askDaemon(globals: Globals): Ask {
  let socket: Promise<string> | undefined
  return askBy(async (method, path, input) =>
    request(await (socket ??= socketOf(globals)), method, path, input),
  )
}
