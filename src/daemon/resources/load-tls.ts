import type { Config } from '../../config/schema.ts'
import { ok, type Result } from '../../domain/result.ts'
import { type LoadedTls, loadProvenTls } from '../../transport/tls/tls-context.ts'

/** The certificate as configured, or undefined where no port speaks TLS. */
export async function loadTls({ server, http }: Config): Promise<Result<LoadedTls | undefined, string[]>> {
  if (!server.enable_tls && !(http.enable && http.enable_tls)) return ok(undefined)
  return loadProvenTls(
    {
      pkcs12Path: server.pkcs12_path || undefined,
      pkcs12Password: server.pkcs12_password,
      certPath: server.cert_path || undefined,
      keyPath: server.key_path || undefined,
      bindAddress: server.bind_address,
      maxVersion: server.tls_max_version,
    },
    new Date(),
  )
}
