import { startDaemon } from '../../../src/compose.ts'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { createCallDetailLog } from '../../../src/infrastructure/log/cdr-log.ts'
import { createSecurityLog } from '../../../src/infrastructure/log/security-log.ts'
import { systemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { silentLog } from './house.ts'
import { startAsNodes } from '../nodes/start-as-nodes.ts'
import type { z } from 'zod'

/** A daemon in this process, on a free port of the loopback address, its accounts in memory. */
export function startTestDaemon(
  overrides: z.input<typeof configSchema> = {},
  log = silentLog,
): Promise<Daemon> {
  const config = configSchema.parse({
    ...overrides,
    server: { port: 0, ...overrides.server },
    // A test that wants HTTP says so.
    http: overrides.http === undefined ? { enable: false } : { port: 0, ...overrides.http },
    security: { bcrypt_cost: 4, hash_threads: 1, ...overrides.security },
    persistence: { enable_persistence: false, ...overrides.persistence },
  })
  const { security_log_file_path, cdr_file_path } = config.logging
  return startAsNodes(config, (own) =>
    startDaemon(
      own,
      log,
      createSecurityLog({ path: security_log_file_path, clock: systemClock, log }),
      createCallDetailLog({ path: cdr_file_path, log }),
    ),
  )
}
