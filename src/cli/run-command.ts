import { Command, CommanderError } from 'commander'
import { VERSION } from '../daemon/version.ts'
import { addBot } from './bot/add-bot.ts'
import { addCall } from './call/add-call.ts'
import { addCtl } from './ctl/add-ctl.ts'
import { addConformance } from './conformance/add-conformance.ts'
import { CommandFailure } from './ctl/command-failure.ts'
import { addDecode } from './decode/add-decode.ts'
import { addDoctor } from './doctor/add-doctor.ts'
import { ExitCode } from './exit-code.ts'
import { bearClosedOutput, OutputClosed } from './out.ts'

const EPILOGUE = `
The configuration is the file named, else the JSON in the environment variable CONFIG,
else server_config.json in the working directory, else the built-in defaults.
Signals: SIGTERM drains and stops, SIGINT stops at once, SIGHUP reloads certificate and log level.
`

/** Everything but a plain start: options and commands. Gives the exit code once the command is done. */
export async function runCommand(args: readonly string[]): Promise<number> {
  bearClosedOutput()
  let code: number = ExitCode.done
  const done = (ended: number) => {
    code = ended
  }
  const program = new Command('roomrtc-server')
    .description('Signaling server for video and voice calls.')
    .argument('[config]', 'path of the configuration file')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .option('--check', 'read the configuration, list every fault and warning, and start nothing')
    .addHelpText('after', EPILOGUE)
    .exitOverride()
    .action(async (path: string | undefined, { check }: { readonly check?: boolean }) => {
      if (check !== true) done(await startDaemon(path))
      else {
        const { checkConfig } = await import('./check-config.ts')
        done(await checkConfig(path))
      }
    })
  addCtl(program, done)
  addDecode(program, done)
  addDoctor(program, done)
  addConformance(program, done)
  addCall(program, done)
  addBot(program, done)
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommandFailure) return tell(error, args.includes('--json'))
    if (error instanceof OutputClosed) return ExitCode.done
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? ExitCode.done : ExitCode.usage
  }
}

function tell({ code, reason, message }: CommandFailure, asJson: boolean): ExitCode {
  process.stderr.write(asJson ? `${JSON.stringify({ error: { reason, message } })}\n` : `${message}\n`)
  return code
}

/** As a plain start, for `roomrtc-server -- config`. */
async function startDaemon(path: string | undefined): Promise<number> {
  const { loadDaemon } = await import('../daemon/load-daemon.ts')
  const runDaemon = await loadDaemon()
  return runDaemon(path)
}
