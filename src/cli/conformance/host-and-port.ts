import { CommandFailure } from '../ctl/command-failure.ts'
import { ExitCode } from '../exit-code.ts'

const HIGHEST_PORT = 65_535

/** `HOST:PORT`, an IPv6 address in brackets. Throws a CommandFailure. */
export function hostAndPort(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || port > HIGHEST_PORT)
    throw new CommandFailure(
      ExitCode.usage,
      'bad_address',
      `"${text}" is no HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080`,
    )
  return { host, port }
}
