import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { errorCode } from '../../domain/error-code.ts'
import { err, ok, type Result } from '../../domain/result.ts'

/** Reads a file that `key` of the configuration names. */
export function readTlsFile(key: string, path: string): Result<Buffer, string> {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    // To read a FIFO or a device may never end.
    if (found !== undefined && !found.isFile() && !found.isDirectory())
      return err(`${key}: ${resolve(path)} is not a file. Name the file with the certificate or key`)
    return ok(readFileSync(path))
  } catch (fault) {
    return err(`${key}: ${explain(fault, resolve(path))}`)
  }
}

function explain(fault: unknown, path: string): string {
  switch (errorCode(fault)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no file ${path}. Correct the path (a relative one starts at the working directory), or make a pair to try out with: npm run dev-cert`
    case 'EACCES':
    case 'EPERM':
      return `${path} may not be read by the user that runs the daemon. Let it: chown or chmod the file and the folders above it`
    case 'EISDIR':
      return `${path} is a folder. Name the file in it`
    case undefined:
    default:
      return `${path} cannot be read: ${String(fault)}`
  }
}
