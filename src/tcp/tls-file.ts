import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { err, ok, type Result } from '../domain/result.ts'

/** Reads a file that `key` of the configuration names. */
export function readTlsFile(key: string, path: string): Result<Buffer, string> {
  try {
    return ok(readFileSync(path))
  } catch (fault) {
    return err(`${key}: ${explain(fault, resolve(path))}`)
  }
}

function explain(fault: unknown, path: string): string {
  const code = fault instanceof Error && 'code' in fault ? fault.code : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no file ${path}. Correct the path (a relative one starts at the working directory), or make a pair to try out with: npm run dev-cert`
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read by the user that runs the daemon. Let it: chown or chmod the file and the folders above it`
    case 'EISDIR':
      return `${path} is a folder. Name the file in it`
    default:
      return `${path} cannot be read: ${String(fault)}`
  }
}
