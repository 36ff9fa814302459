import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))

/** Installs what the lock file says, unless that has been done since it was written. */
export function install(): void {
  const installed = writtenAt('node_modules/.package-lock.json')
  if (installed !== undefined && installed >= (writtenAt('package-lock.json') ?? 0)) return
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: HERE, stdio: 'inherit' })
}

function writtenAt(file: string): number | undefined {
  return statSync(new URL(file, import.meta.url), { throwIfNoEntry: false })?.mtimeMs
}
