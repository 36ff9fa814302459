import type { Command } from 'commander'
import { addBanCommands } from './commands/bans.ts'
import { addCallCommands } from './commands/calls.ts'
import { addHistoryCommand } from './commands/history.ts'
import { addMessageCommands } from './commands/messages.ts'
import { addInviteCommands } from './commands/invites.ts'
import { addMigrateCommand } from './commands/migrate.ts'
import { addProcessCommands } from './commands/process.ts'
import { addRoomCommands } from './commands/rooms.ts'
import { addSessionCommands } from './commands/sessions.ts'
import { addTokenCommands } from './commands/tokens.ts'
import { addUserCommands } from './commands/users.ts'

const EPILOGUE = `
The socket is roomrtc.sock in persistence.data_directory of the configuration, which is found as the daemon finds it.
Exit codes: 0 done, 1 refused, 2 wrong usage, 3 no daemon answers. docs/administration.md describes every command.
`

/** Everything that administers a daemon, or while none runs its accounts. */
export function addCtl(program: Command, done: (code: number) => void): void {
  const ctl = program
    .command('ctl')
    .description('administer a running daemon, or while none runs its accounts')
    .option('--socket <path>', 'the control socket')
    .option('--config <file>', 'the configuration of the daemon')
    .option('--json', 'print answers, and on standard error refusals, as JSON')
    .addHelpText('after', EPILOGUE)
  addProcessCommands(ctl)
  addUserCommands(ctl)
  addInviteCommands(ctl)
  addSessionCommands(ctl)
  addCallCommands(ctl)
  addHistoryCommand(ctl)
  addMessageCommands(ctl)
  addRoomCommands(ctl)
  addBanCommands(ctl)
  addTokenCommands(ctl)
  addMigrateCommand(ctl)
  ctl
    .command('check-config [file]')
    .description('list every fault and warning of a configuration')
    .action(async (file: string | undefined) => {
      const { checkConfig } = await import('../check-config.ts')
      done(await checkConfig(file))
    })
}
