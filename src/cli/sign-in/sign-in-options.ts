import { type Command, Option } from 'commander'

export interface SignInOptions {
  readonly user?: string
  readonly guest?: string
  readonly token?: true
  readonly register?: true
  readonly ca?: string
}

/** Who a command is at the server. */
export function addSignInOptions(command: Command): Command {
  return command
    .option('--user <name>', 'log in as this user; the password is asked for, or comes from ROOMRTC_PASSWORD')
    .option('--register', 'make the account first, if there is none')
    .addOption(
      new Option(
        '--guest <name>',
        'come as a guest, where the server has guests; needs a ws or wss address',
      ).conflicts('user'),
    )
    .addOption(
      new Option('--token', 'log in with the token in ROOMRTC_TOKEN').conflicts([
        'user',
        'guest',
        'register',
      ]),
    )
    .option('--ca <file>', 'certificates in PEM to trust, for tls')
}
