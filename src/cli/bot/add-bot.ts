import { type Command, InvalidArgumentError } from 'commander'
import { addSignInOptions } from '../sign-in/sign-in-options.ts'
import { DEFAULT_URL } from '../sign-in/server-url.ts'
import type { BotOptions } from './bot-options.ts'
import { readScript, type Step } from './script.ts'

const DEFAULT_SCRIPT = 'wait 1, accept'

const EPILOGUE = `
A script is a list of steps, played in each call:
  wait SECONDS     does nothing for so long
  accept, decline  answers the call
  ignore           never answers, and plays no further step
  echo             accepts, and sends back sound, pictures and data
  hold, unhold     holds the call, and goes on
  mute, unmute     tells the other party that sound and picture are off, or on again
  hangup           ends the call

With the optional package @roamhq/wrtc (npm install @roamhq/wrtc) the bot answers offers, and echo works.
Without it there is signaling and no media.

Examples:
  roomrtc-server bot --guest echo ws://127.0.0.1:8081 --script echo
  roomrtc-server bot --user bob --register --script "wait 2, accept, wait 10, hangup"
  roomrtc-server bot --user bob --script decline
  roomrtc-server bot --user bob --script ignore
`

export function addBot(program: Command, done: (code: number) => void): void {
  const bot = program
    .command('bot [address]')
    .description('a peer that answers calls by a script: something to test a client with')
    .option('--script <steps>', 'what it does in a call', parseScript, parseScript(DEFAULT_SCRIPT))
    .option('--call <name>', 'call this user, once; the script begins when the call is accepted')
    .option('--once', 'end after the first call')
    .option('--json', 'print each event as a line of JSON')
    .addHelpText('after', EPILOGUE)
  addSignInOptions(bot).action(async (address: string | undefined, options: BotOptions) => {
    const { runBot } = await import('./run-bot.ts')
    const code = await runBot(address ?? DEFAULT_URL, options)
    // Sources of sound and pictures make @roamhq/wrtc crash while Node clears away, so it is not let come to that.
    if (options.script.some((step) => step.do === 'echo')) process.exit(code)
    done(code)
  })
}

function parseScript(text: string): readonly Step[] {
  const script = readScript(text)
  if (!script.ok) throw new InvalidArgumentError(script.error)
  return script.value
}
