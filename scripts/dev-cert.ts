// npm run dev-cert [-- --force]: makes a self-signed pair in certs/, for trying TLS out on this machine.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { makeSelfSigned } from './support/self-signed.ts'

const FOLDER = 'certs'
const CERT = `${FOLDER}/dev-cert.pem`
const KEY = `${FOLDER}/dev-key.pem`
const DAYS = 365

const existing = [CERT, KEY].filter((path) => existsSync(path))
if (existing.length > 0 && !process.argv.includes('--force')) {
  console.error(
    `${existing.join(' and ')} already there, nothing written. To replace: npm run dev-cert -- --force`,
  )
  process.exitCode = 1
} else {
  await write()
}

async function write(): Promise<void> {
  const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: DAYS })
  mkdirSync(FOLDER, { recursive: true })
  // A file that is there already would keep its mode.
  rmSync(KEY, { force: true })
  writeFileSync(KEY, key, { mode: 0o600 })
  writeFileSync(CERT, cert)
  console.log(`Wrote ${CERT} and ${KEY}: self-signed, for localhost, 127.0.0.1 and ::1, valid for ${DAYS} days.
Not for a server that others use: nobody can tell it from an impostor's.

In server_config.json, under "server":
  "enable_tls": true,
  "cert_path": "${CERT}",
  "key_path": "${KEY}"`)
}
