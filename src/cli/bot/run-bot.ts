import type { Call, Client } from 'roomrtc-client'
import { CommandFailure, refused } from '../ctl/command-failure.ts'
import { ExitCode } from '../exit-code.ts'
import { signIn } from '../sign-in/sign-in.ts'
import { untilInterrupted } from '../sign-in/until-interrupted.ts'
import { bindListener, bindMirror } from '../webrtc/bind-mirror.ts'
import { loadWrtc } from '../webrtc/wrtc.ts'
import type { BotOptions } from './bot-options.ts'
import { playScript } from './play-script.ts'
import { makeReport } from './report.ts'

/** Until Ctrl-C, or the end of its one call. */
export async function runBot(address: string, options: BotOptions): Promise<ExitCode> {
  const wrtc = loadWrtc()
  const echoes = options.script.some((step) => step.do === 'echo')
  if (wrtc === undefined && echoes)
    throw refused('no_webrtc', 'echo needs WebRTC in Node: npm install @roamhq/wrtc')
  const report = makeReport(options.json === true)
  const client = await signIn(address, options)
  const stop = untilInterrupted()
  try {
    report({ event: 'here', user: client.me?.username, media: wrtc !== undefined })
    client.on('state', (state) => {
      report({ event: 'connection', state: state.name })
      if (state.name === 'signed-out' || state.name === 'closed') stop.now(state.why)
    })
    if (options.call !== undefined) {
      const call = client.call(personNamed(client, options.call))
      report({ event: 'calling', with: call.peer.username })
      const accepted = call.until('active').then(
        () => true,
        () => false,
      )
      await Promise.race([playIn(call, () => accepted), stop.interrupted])
      return (await accepted) ? ExitCode.done : ExitCode.refused
    }
    client.on('call', (call) => {
      report({ event: 'rings', with: call.peer.username, metadata: call.metadata })
      const played = playIn(call, () => Promise.resolve())
      if (options.once === true)
        void played.then(() => {
          stop.now()
        })
    })
    await stop.interrupted
    return ExitCode.done
  } finally {
    stop.release()
    await client.close()
  }

  /** Never rejects. */
  async function playIn(call: Call, begin: () => Promise<unknown>): Promise<void> {
    const over = new AbortController()
    const mirror = wrtc && echoes ? bindMirror(client, call, wrtc) : undefined
    if (wrtc && !echoes) bindListener(client, call, wrtc)
    const ended = new Promise<void>((resolve) => {
      call.on('state', (state) => {
        report({ event: 'call', with: call.peer.username, ...state })
        if (state.name !== 'ended') return
        over.abort()
        mirror?.close()
        resolve()
      })
    })
    await begin()
    await playScript(options.script, {
      call,
      over: over.signal,
      echo: () => mirror?.open(),
      told: (step) => {
        report({ event: 'step', ...step })
      },
    })
    await ended
  }
}

function personNamed(client: Client, username: string) {
  const user = client.users.named(username)
  if (user !== undefined) return user
  throw new CommandFailure(ExitCode.refused, 'user_not_found', `nobody here is called ${username}`)
}
