import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../application/ports/system/log.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import type { Config } from '../../config/schema.ts'
import { ExitCode } from '../exit-code.ts'
import { type Ask, askHere } from './ask.ts'
import { CommandFailure, refused } from './command-failure.ts'
import { askDaemon, configOf, type Globals, NO_CONTROL_SOCKET } from './context.ts'
import { statusAnswer } from '../../transport/control/answers.ts'

/**
 * Of the daemon, or, where none runs, of the account file itself, whose lock keeps a daemon from starting meanwhile, or of the
 * database that takes its place.
 * `creates`: the file is made where it is missing.
 */
export async function withAccounts(
  globals: Globals,
  creates: boolean,
  work: (ask: Ask) => Promise<void>,
): Promise<void> {
  const ask = askDaemon(globals)
  const unreachable = await ask('GET', '/v1/status', {}, statusAnswer).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof CommandFailure && isNobodyThere(error)) return error
      throw error
    },
  )
  if (unreachable === undefined) {
    await work(ask)
    return
  }
  if (globals.socket !== undefined) throw unreachable
  const config = await configOf(globals)
  const { postgres_url: database, data_directory: directory } = config.persistence
  // A daemon without a socket may have the files; a database is for all who can reach it.
  if (database === '' && unreachable.code !== ExitCode.unreachable) throw unreachable
  const path = join(directory, 'users.txt')
  if (database === '' && !creates && !existsSync(path)) {
    throw new CommandFailure(
      ExitCode.unreachable,
      'unreachable',
      `${unreachable.message}. There is no account file ${path} either`,
    )
  }
  await withoutDaemon(config, work)
}

function isNobodyThere({ code, reason }: CommandFailure): boolean {
  return code === ExitCode.unreachable || reason === NO_CONTROL_SOCKET
}

async function withoutDaemon(config: Config, work: (ask: Ask) => Promise<void>): Promise<void> {
  // Only here: everything else needs neither hash threads nor the account file.
  const { openAccounts } = await import('../../daemon/resources/open-accounts.ts')
  const accounts = await openAccounts(config, onStandardError).catch((error: unknown) => {
    if (error instanceof StartupError) throw refused('accounts_unavailable', error.faults.join('\n'))
    throw error
  })
  try {
    await work(askHere(accounts.dispatch))
  } finally {
    await accounts.close()
  }
}

const say = (_fields: object, message: string): void => {
  process.stderr.write(`${message}\n`)
}

const onStandardError: Pick<Log, 'warn' | 'error'> = { warn: say, error: say }
