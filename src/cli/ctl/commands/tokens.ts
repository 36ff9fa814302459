import type { Command } from 'commander'
import { keysAnswer, rotationAnswer, tokenAnswer } from '../../../transport/control/answers.ts'
import { askDaemon, type Globals } from '../context.ts'
import { print } from '../output.ts'

interface RotateOptions extends Globals {
  readonly forget?: boolean
}

export function addTokenCommands(ctl: Command): void {
  const tokens = ctl.command('tokens').description('tokens that stand in place of a password')

  tokens
    .command('issue <name>')
    .description('make a token for an account, without its password')
    .action(async (username: string, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const issued = await askDaemon(globals)('POST', '/v1/tokens/issue', { username }, tokenAnswer)
      // Alone on its line, for a script.
      print(globals, issued, ({ token }) => token)
    })

  tokens
    .command('rotate')
    .description('sign with a new key; tokens made before are valid until they end')
    .option('--forget', 'tokens made before are invalid at once, as after the key was stolen')
    .action(async (_: object, command: Command) => {
      const options: RotateOptions = command.optsWithGlobals()
      const input = { forget: options.forget === true }
      const rotated = await askDaemon(options)('POST', '/v1/tokens/rotate', input, rotationAnswer)
      print(
        options,
        rotated,
        ({ kid, earlier_keys }) => `the new key is ${kid}, earlier keys: ${earlier_keys}`,
      )
    })

  tokens
    .command('keys')
    .description('the public keys as a JWK Set, for those who check our tokens')
    .action(async (_: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const keys = await askDaemon(globals)('GET', '/v1/tokens/keys', {}, keysAnswer)
      print(globals, keys, (set) => JSON.stringify(set, null, 2))
    })
}
