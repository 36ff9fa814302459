import type { Client } from 'roomrtc-client'
import type { ExitCode } from '../exit-code.ts'
import { signIn } from '../sign-in/sign-in.ts'
import type { SignInOptions } from '../sign-in/sign-in-options.ts'
import { loadWrtc } from '../webrtc/wrtc.ts'
import { converse } from './converse.ts'
import { openTerminal } from './terminal.ts'

/** Until somebody quits, or the server ends the session. */
export async function runCall(address: string, options: SignInOptions): Promise<ExitCode> {
  const client: Client = await signIn(address, options)
  const terminal = openTerminal()
  try {
    return await converse(client, terminal, loadWrtc())
  } finally {
    terminal.close()
    await client.close()
  }
}
