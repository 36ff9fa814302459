import { join } from 'node:path'
import type { Clock } from './application/ports/clock.ts'
import type { Log } from './application/ports/log.ts'
import type { SessionArchive } from './application/ports/session-archive.ts'
import { StartupError } from './application/ports/startup-error.ts'
import type { UserStore } from './application/ports/user-store.ts'
import type { Config } from './config/schema.ts'
import { ok, type Result } from './domain/result.ts'
import { createMemoryUserStore } from './infrastructure/memory-user-store.ts'
import { createSessionsFile } from './infrastructure/sessions-file.ts'
import { openFileUserStore } from './infrastructure/users-file/open-file-user-store.ts'
import { type LoadedTls, loadTlsOptions } from './tcp/tls-context.ts'

interface Resources {
  readonly tls: LoadedTls | undefined
  readonly users: UserStore
  /** Undefined where nothing is to be kept on disk. */
  readonly archive: SessionArchive | undefined
}

/** Certificate and files: what is wrong with the certificate and with the accounts is told together. */
export async function openResources(
  config: Config,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): Promise<Resources> {
  const tls = loadTls(config, log)
  try {
    const users = await openUsers(config, log)
    if (tls.ok) return { tls: tls.value, users, archive: openArchive(config, log, clock) }
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

function openArchive({ persistence, resume }: Config, log: Log, clock: Clock): SessionArchive | undefined {
  if (!persistence.enable_persistence) return undefined
  const path = join(persistence.data_directory, 'sessions.jsonl')
  return createSessionsFile({ path, maxAgeMs: resume.window_ms, clock, log })
}
