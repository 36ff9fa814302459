import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Daemon, startDaemon } from '../../src/compose.ts'
import { configSchema } from '../../src/config/schema.ts'
import { createLogger } from '../../src/infrastructure/logger.ts'
import { makeSelfSigned } from '../support/self-signed.ts'

/**
 * A daemon of one's own on a free port of 127.0.0.1, with TLS; its certificate and accounts are in the directory. Its log
 * is silent but for errors. `ca` is the certificate that its clients are to trust, in PEM.
 */
export async function startPrivateDaemon(
  directory: string,
): Promise<{ daemon: Daemon; host: string; ca: string }> {
  const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 1 })
  const certPath = join(directory, 'cert.pem')
  const keyPath = join(directory, 'key.pem')
  writeFileSync(certPath, cert)
  writeFileSync(keyPath, key, { mode: 0o600 })

  const config = configSchema.parse({
    server: { port: 0, enable_tls: true, cert_path: certPath, key_path: keyPath },
    persistence: { data_directory: directory },
  })
  const { log } = createLogger({ level: 'error', console: true, filePath: undefined, pretty: false })
  return { daemon: await startDaemon(config, log), host: config.server.bind_address, ca: cert }
}
