import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeSelfSigned } from './self-signed.ts'

const DAYS = 90

/** A new certificate and its key as cert.pem and key.pem in the directory; gives their paths as the configuration has them. */
export async function writeSelfSigned(
  directory: string,
  commonName = 'localhost',
): Promise<{ cert_path: string; key_path: string }> {
  const { cert, key } = await makeSelfSigned({ commonName, days: DAYS })
  const paths = { cert_path: join(directory, 'cert.pem'), key_path: join(directory, 'key.pem') }
  await writeFile(paths.cert_path, cert)
  await writeFile(paths.key_path, key, { mode: 0o600 })
  return paths
}
