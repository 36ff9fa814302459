import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ClientOptions } from './client/client-command.ts'
import type { ServerOptions } from './server/server-command.ts'

const EPILOGUE = `
Exit codes: 0 nothing failed, 1 something failed, 2 wrong usage, 3 no server answers. docs/conformance.md says more.
`

/** Checks of servers and clients that are not this one. Nothing of it is loaded before it is asked for. */
export function addConformance(program: Command, done: (code: number) => void): void {
  const conformance = program
    .command('conformance')
    .description('check whether a server, or a client, keeps the protocol')
    .addHelpText('after', EPILOGUE)

  conformance
    .command('server <host:port>')
    .description('play clients against a server, and say of each behaviour whether it has it')
    .option('--only <ids...>', 'only these behaviours, such as CALL-7')
    .option('--tls', 'connect by TLS')
    .option('--ca <file>', 'certificates to trust, in PEM; implies --tls')
    .addOption(seconds('--timeout <seconds>', 'how long an answer may take', 10))
    .addOption(seconds('--patience <seconds>', 'the longest limit of the server to wait for', 15))
    .option('--at-once <n>', 'how many scenarios are played at a time', positive, 4)
    .option('--keep-accounts', 'do not delete the accounts that were made')
    .option('--json', 'print the report as JSON')
    .action(async (address: string, options: ServerOptions) => {
      const { runServerCommand } = await import('./server/server-command.ts')
      done(await runServerCommand(address, options))
    })

  conformance
    .command('client')
    .description('play the server for a client, with faults, and say whether the client does right')
    .option('--scenario <names...>', 'what to play; "all" for every one')
    .option('--list', 'list the scenarios')
    .option('--listen <host:port>', 'where the client finds the server', '127.0.0.1:8080')
    .option('--driver <command>', 'run this for each scenario, and write to it what the client is to do')
    .option('--timeout <seconds>', 'how long the client may take (default: 60, with a driver 10)', positive)
    .option('--json', 'print the report as JSON')
    .action(async (options: ClientOptions) => {
      const { runClientCommand } = await import('./client/client-command.ts')
      done(await runClientCommand(options))
    })
}

function seconds(flags: string, description: string, standard: number): Option {
  return new Option(flags, description).argParser(positive).default(standard)
}

function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new InvalidArgumentError('It must be a number above 0.')
  return number
}
