import type { SecureContextOptions } from 'node:tls'
import type { Log } from '../../application/ports/system/log.ts'
import type { Config } from '../../config/schema.ts'
import { loadTls } from './load-tls.ts'

interface TlsDoor {
  readonly replaceTls: (tls: SecureContextOptions) => void
}

/** Reads the certificate files again; gives the faults for which the old certificate stays. */
export function makeReloadTls(doors: readonly TlsDoor[], log: Log) {
  return async (renewed: Config): Promise<readonly string[]> => {
    const loaded = await loadTls(renewed)
    if (!loaded.ok) {
      log.error({ faults: loaded.error }, 'certificate not reloaded; the old one stays in use')
      return loaded.error
    }
    for (const warning of loaded.value?.warnings ?? []) log.warn({}, warning)
    if (loaded.value !== undefined) for (const door of doors) door.replaceTls(loaded.value.options)
    return []
  }
}
