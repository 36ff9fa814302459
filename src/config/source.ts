import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { StartupError } from '../application/ports/system/startup-error.ts'
import { errorCode } from '../domain/error-code.ts'

/** The file that is read from the working directory when nothing else is named. */
const DEFAULT_FILE = 'server_config.json'

export interface ConfigRequest {
  /** The path argument of the command line, as written; relative ones count from `cwd`. */
  readonly path: string | undefined
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}

export interface ConfigSource {
  /** For the log and for fault messages. */
  readonly name: string
  readonly text: string
}

/** The path argument, else the JSON in CONFIG, else the file in the working directory, else the built-in defaults. */
export function readSource({ path, env, cwd }: ConfigRequest): ConfigSource {
  if (path !== undefined) {
    const text = readText(path, cwd)
    if (text !== undefined) return { name: path, text }
    throw new StartupError([`${path}: no such file; the argument is the path of the configuration file`])
  }
  if (env.CONFIG !== undefined && env.CONFIG !== '') {
    return { name: 'environment variable CONFIG', text: env.CONFIG }
  }
  const text = readText(DEFAULT_FILE, cwd)
  return text === undefined ? { name: 'embedded defaults', text: '{}' } : { name: DEFAULT_FILE, text }
}

/** `undefined` where there is no such file. */
function readText(path: string, cwd: string): string | undefined {
  const bytes = readBytes(path, cwd)
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new StartupError([`${path}: not UTF-8 text; save it with the encoding UTF-8`])
  }
}

function readBytes(path: string, cwd: string): Buffer | undefined {
  try {
    const file = resolve(cwd, path)
    // To read a FIFO or a device may never end.
    if (!statSync(file).isFile()) throw new Error('it is not a file')
    return readFileSync(file)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    const cause = error instanceof Error ? error.message : String(error)
    throw new StartupError([`${path}: the configuration cannot be read (${cause})`])
  }
}
