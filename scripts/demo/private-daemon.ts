import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDaemon } from '../../src/compose.ts'
import type { Daemon } from '../../src/daemon/daemon.ts'
import { configSchema } from '../../src/config/schema.ts'
import { createLogger } from '../../src/infrastructure/log/logger.ts'
import { makeSelfSigned } from '../support/self-signed.ts'

/** A daemon of one's own on a port of 127.0.0.1, with TLS. */
export interface PrivateDaemon {
  readonly host: string
  readonly port: number
  /** The certificate that its clients are to trust, in PEM. */
  readonly ca: string
  /** Nothing if it is stopped already. */
  stop(): Promise<void>
  /** After a stop: another daemon on the same port, with all that the last one has left. */
  startAgain(): Promise<void>
}

/**
 * On a free port. Its certificate, its accounts and what it leaves when it stops are in the directory. Its log is silent
 * but for errors.
 */
export async function startPrivateDaemon(directory: string): Promise<PrivateDaemon> {
  const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 1 })
  const certPath = join(directory, 'cert.pem')
  const keyPath = join(directory, 'key.pem')
  writeFileSync(certPath, cert)
  writeFileSync(keyPath, key, { mode: 0o600 })

  const { log } = createLogger({ level: 'error', console: true, filePath: undefined, pretty: false })
  const configure = (port: number) =>
    configSchema.parse({
      server: { port, enable_tls: true, cert_path: certPath, key_path: keyPath, reconnect_after_ms: 100 },
      http: { enable: false },
      persistence: { data_directory: directory },
    })
  const config = configure(0)
  let running: Daemon | undefined = await startDaemon(config, log)
  const { port } = running

  return {
    host: config.server.bind_address,
    port,
    ca: cert,
    async stop() {
      const stopping = running
      running = undefined
      await stopping?.stop()
    },
    async startAgain() {
      running = await startDaemon(configure(port), log)
    },
  }
}
