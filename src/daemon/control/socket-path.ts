import { join } from 'node:path'
import type { Config } from '../../config/schema.ts'

/**
 * Where administrators reach the daemon; undefined where they cannot. Without persistence nothing is made in the data
 * directory, and nothing keeps a second daemon from it.
 */
export function controlSocketPath({ server, persistence }: Config): string | undefined {
  if (!server.control_socket || !persistence.enable_persistence || process.platform === 'win32')
    return undefined
  return join(persistence.data_directory, 'roomrtc.sock')
}
