import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { refused } from '../ctl/command-failure.ts'
import type { Globals } from '../ctl/context.ts'
import type { Credentials } from './check-login.ts'
import type { Tell } from './finding.ts'
import type { Target } from './target.ts'

interface Options extends Globals {
  readonly user?: string
  readonly token?: string
  readonly raw?: boolean
  readonly ca?: string
  readonly timeout: number
}

const EPILOGUE = `
The server is HOST:PORT, or a URL that begins with tcp://, tls://, ws://, wss://, http:// or https://. Without one it is
the daemon of this machine; then its configuration, process, disk and files are looked at as well.

With --user or --token it logs in, which may end the session that this user has. Then it asks each TURN server for a
relay. The password is ROOMRTC_PASSWORD in the environment, else it is asked for, or is the first line of standard input.
A token may be ROOMRTC_TOKEN in the environment.

Exit codes: 0 no fault, 1 faults, 2 wrong usage. docs/tools.md describes every line.
`

/** What is wrong with a server, seen from here. */
export function addDoctor(program: Command, done: (code: number) => void): void {
  program
    .command('doctor [server]')
    .description('look for what is wrong with a server, from outside and on its own machine')
    .option('--user <name>', 'log in with this name and a password')
    .option('--raw', 'send the password itself, as some clients do, and not the digest of native ones')
    .option('--token <token>', 'log in with a token')
    .option('--ca <file>', 'believe in certificates of this authority too (PEM)')
    .option('--timeout <seconds>', 'how long each step may take', seconds, 5)
    .option('--config <file>', 'without a server: the configuration of the daemon')
    .option('--socket <path>', 'without a server: the control socket')
    .option('--json', 'print one JSON object at the end')
    .addHelpText('after', EPILOGUE)
    .action(async (server: string | undefined, options: Options) => {
      const [{ examine }, { parseTarget }, { createReport }] = await Promise.all([
        import('./examine.ts'),
        import('./target.ts'),
        import('./report.ts'),
      ])
      const named = server === undefined ? undefined : parseTarget(server)
      const settings = {
        timeoutMs: options.timeout * 1000,
        ca: options.ca === undefined ? undefined : authority(options.ca),
        now: Date.now,
      }
      const credentials = await credentialsOf(options)
      const report = createReport(options.json === true, (text) => {
        process.stdout.write(text)
      })
      const targets = named === undefined ? await here(options, report.tell) : [named]
      await examine(targets, credentials, settings, report.tell)
      done(report.end())
    })
}

async function here(options: Options, tell: Tell): Promise<readonly Target[]> {
  const { checkHere } = await import('./local/check-here.ts')
  return checkHere(options, tell)
}

async function credentialsOf({ user, token, raw }: Options): Promise<Credentials | undefined> {
  const given = token ?? process.env['ROOMRTC_TOKEN']
  if (user === undefined) return given === undefined || given === '' ? undefined : { token: given }
  const [{ readPassword }, { nativeDigest }] = await Promise.all([
    import('../ctl/read-password.ts'),
    import('../../domain/native-digest.ts'),
  ])
  const password = process.env['ROOMRTC_PASSWORD'] ?? (await readPassword())
  return { username: user, password_hash: raw === true ? password : nativeDigest(password) }
}

/** Beside those that the system trusts. */
function authority(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw refused('no_such_file', `${path} cannot be read`)
  }
}

function seconds(text: string): number {
  const number = Number(text)
  if (number >= 0.1 && number <= 600) return number
  throw new InvalidArgumentError('It is a number from 0.1 to 600.')
}
