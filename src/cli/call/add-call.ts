import type { Command } from 'commander'
import { DEFAULT_URL } from '../sign-in/server-url.ts'
import { addSignInOptions, type SignInOptions } from '../sign-in/sign-in-options.ts'
import { HELP } from './input.ts'

const EPILOGUE = `
Shows who is there, and takes these words (or their beginnings):
${HELP.map((line) => `  ${line}`).join('\n')}

Where its input is no terminal, it prints what happens line by line. The password then comes from ROOMRTC_PASSWORD.
With the optional package @roamhq/wrtc the call has a data channel, for "say", and no sound or picture.

Example:
  roomrtc-server call --user alice --register 127.0.0.1:8080
`

export function addCall(program: Command, done: (code: number) => void): void {
  const call = program
    .command('call [address]')
    .description('a client in the terminal: who is there, calls, a line of text')
    .addHelpText('after', EPILOGUE)
  addSignInOptions(call).action(async (address: string | undefined, options: SignInOptions) => {
    const { runCall } = await import('./run-call.ts')
    done(await runCall(address ?? DEFAULT_URL, options))
  })
}
