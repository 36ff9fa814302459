import { join } from 'node:path'
import type { Log } from './application/ports/log.ts'
import { StartupError } from './application/ports/startup-error.ts'
import type { UserStore } from './application/ports/user-store.ts'
import type { Config } from './config/schema.ts'
import { ok, type Result } from './domain/result.ts'
import { createMemoryUserStore } from './infrastructure/memory-user-store.ts'
import { openFileUserStore } from './infrastructure/users-file/open-file-user-store.ts'
import { type LoadedTls, loadTlsOptions } from './tcp/tls-context.ts'

/** Certificate and accounts: what is wrong with either is told together. */
export async function openResources(
  config: Config,
  log: Log,
): Promise<{ tls: LoadedTls | undefined; users: UserStore }> {
  const tls = loadTls(config, log)
  try {
    const users = await openUsers(config, log)
    if (tls.ok) return { tls: tls.value, users }
    await users.close()
    throw new StartupError(tls.error)
  } catch (error) {
    if (tls.ok || !(error instanceof StartupError) || error.faults === tls.error) throw error
    throw new StartupError([...tls.error, ...error.faults])
  }
}

/** The certificate as configured, or undefined for plain TCP. */
export function loadTls({ server }: Config, log: Log): Result<LoadedTls | undefined, string[]> {
  if (!server.enable_tls) return ok(undefined)
  const loaded = loadTlsOptions(
    {
      pkcs12Path: server.pkcs12_path || undefined,
      pkcs12Password: server.pkcs12_password,
      certPath: server.cert_path || undefined,
      keyPath: server.key_path || undefined,
      maxVersion: server.tls_max_version,
    },
    new Date(),
  )
  if (loaded.ok) for (const warning of loaded.value.warnings) log.warn({}, warning)
  return loaded
}

function openUsers({ persistence }: Config, log: Log): Promise<UserStore> {
  if (!persistence.enable_persistence) return Promise.resolve(createMemoryUserStore())
  return openFileUserStore({
    path: join(persistence.data_directory, 'users.txt'),
    log,
    compactionIntervalMs: persistence.auto_save_interval_secs * 1000,
  })
}
