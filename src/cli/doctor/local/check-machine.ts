import { existsSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../../config/schema.ts'
import { fitToDescriptors } from '../../../daemon/descriptors.ts'
import { openFilesLimit } from '../../../infrastructure/system/open-files-limit.ts'
import { type Finding, fault, ok, warning } from '../finding.ts'

const MIB = 1024 * 1024
const LITTLE_BYTES = 1024 * MIB
const TOO_LITTLE_BYTES = 64 * MIB
const FOR_OTHERS = 0o077

/** What the machine lets the daemon have: open files, disk, files that nobody else reads. `pid`: of a daemon that runs. */
export function machineFindings(config: Config, pid: number | undefined): readonly Finding[] {
  return [descriptors(config, pid), ...disk(config), ...permissions(config)]
}

function descriptors(config: Config, pid: number | undefined): Finding {
  const limit = openFilesLimit(pid)
  const { warning: tooFew } = fitToDescriptors(config, limit)
  const whose = pid === undefined ? 'a process started here' : `the daemon (process ${pid})`
  if (tooFew === undefined)
    return ok(
      'descriptors',
      `${whose} may have ${limit ?? 'any number of'} files open, enough for ${config.server.max_connections} connections`,
    )
  const [message = tooFew, cure = ''] = tooFew.split(': ')
  return warning('descriptors', `${whose}: ${message}`, cure)
}

function disk({ persistence }: Config): readonly Finding[] {
  if (!persistence.enable_persistence)
    return [ok('disk', 'nothing is kept: persistence.enable_persistence is false')]
  const directory = persistence.data_directory
  if (!existsSync(directory)) return [ok('disk', `${directory} is made at the first start`)]
  const { bavail, bsize } = statfsSync(directory)
  const free = bavail * bsize
  const message = `${directory} has ${Math.floor(free / MIB)} MiB left`
  const cure = 'make room: without it nobody can register, and sessions do not outlive a restart'
  if (free < TOO_LITTLE_BYTES) return [fault('disk', message, cure)]
  return [free < LITTLE_BYTES ? warning('disk', message, cure) : ok('disk', message)]
}

/** Files with hashes, tokens and keys. */
function permissions({ persistence, server }: Config): readonly Finding[] {
  const inData = persistence.enable_persistence
    ? ['users.txt', 'token-keys.json', 'sessions.journal'].map((name) =>
        join(persistence.data_directory, name),
      )
    : []
  const keys = [server.key_path, server.pkcs12_path].filter((path) => path !== '')
  const there = [...inData, ...keys].filter((path) => existsSync(path))
  if (there.length === 0) return [ok('permissions', 'there are no accounts and keys yet')]
  const open = there.filter((path) => (statSync(path).mode & FOR_OTHERS) !== 0)
  if (open.length === 0) return [ok('permissions', `only their owner reads ${there.join(', ')}`)]
  return open.map((path) => fault('permissions', `others may open ${path}`, `chmod 600 ${path}`))
}
