import type { Call, Client } from 'roomrtc-client'
import { ExitCode } from '../exit-code.ts'
import type { Wrtc } from '../webrtc/wrtc.ts'
import { type Chat, openChat } from './chat.ts'
import { HELP, type Input, readInput } from './input.ts'
import { rosterOf } from './roster.ts'
import type { Terminal } from './terminal.ts'
import { callText, render } from './view.ts'

/** Some more than a screen shows. */
const MAX_NEWS = 50
/** The time of a call runs on. */
const TICK_MS = 1000

/** Shows what happens and does what is typed, until it is `quit`, the input ends, or the session. */
export async function converse(
  client: Client,
  terminal: Terminal,
  wrtc: Wrtc | undefined,
): Promise<ExitCode> {
  const news: string[] = []
  let shown: { readonly call: Call; readonly chat: Chat | undefined } | undefined
  let prefix = ''
  let code: ExitCode = ExitCode.done

  const subscriptions = [
    client.users.on('change', redraw),
    client.on('call', (call) => {
      follow(call)
    }),
    client.on('refusal', (why) => {
      tell(`refused: ${why.message}`)
    }),
    client.on('loss', ({ reason }) => {
      tell(`the session was lost (${reason}); logged in anew`)
    }),
    client.on('state', (state) => {
      tell(state.name === 'online' ? 'connected' : state.name)
      if (state.name !== 'signed-out' && state.name !== 'closed') return
      tell(state.why.message)
      code = ExitCode.refused
      terminal.close()
    }),
  ]
  const tick = setInterval(redraw, TICK_MS)
  tell(`logged in as ${client.me?.username ?? ''}; help lists the commands`)
  try {
    for await (const line of terminal.lines) {
      const input = readInput(line)
      if (!input.ok) tell(input.error)
      else if (input.value.do === 'quit') break
      else obey(input.value)
      redraw()
    }
    return code
  } finally {
    clearInterval(tick)
    for (const unsubscribe of subscriptions) unsubscribe()
    shown?.chat?.close()
  }

  function obey(input: Input): void {
    switch (input.do) {
      case 'call': {
        const peer = client.users.named(input.what)
        if (peer === undefined) tell(`nobody here is called ${input.what}`)
        else if (ongoing() !== undefined) tell('there is a call already')
        else follow(client.call(peer))
        break
      }
      case 'find':
        prefix = input.what
        break
      case 'who':
        prefix = ''
        for (const { username, state } of roster()) terminal.tell(`${username} is ${state}`)
        break
      case 'say':
        if (shown?.chat?.say(input.what) === true) tell(`you: ${input.what}`)
        else
          tell(
            wrtc === undefined
              ? 'say needs WebRTC in Node: npm install @roamhq/wrtc'
              : 'there is no channel to the other party',
          )
        break
      case 'accept':
      case 'decline':
      case 'hangup':
      case 'hold':
      case 'mute':
        inCall(input.do)
        break
      case 'help':
        HELP.forEach(tell)
        break
      case 'quit':
      case 'nothing':
        break
      default:
        input satisfies never
    }
  }

  function inCall(what: 'accept' | 'decline' | 'hangup' | 'hold' | 'mute'): void {
    const call = ongoing()
    if (call === undefined) {
      tell('there is no call')
      return
    }
    const { state } = call
    const rings = state.name === 'ringing-in'
    if (what === 'hangup') call.hangup()
    else if (what === 'accept' || what === 'decline') {
      if (!rings) tell('nobody rings')
      else if (what === 'accept') call.accept()
      else call.decline()
    } else if (state.name === 'active' || state.name === 'held') {
      if (what === 'hold') call.hold(!state.own.onHold)
      else call.mute({ audio: !state.own.audioMuted })
    } else tell('the call is not active yet')
  }

  function follow(call: Call): void {
    shown?.chat?.close()
    const chat =
      wrtc &&
      openChat(client, call, wrtc, {
        opened: () => {
          tell(`the line to ${call.peer.username} is open: say TEXT writes`)
        },
        heard: (text) => {
          tell(`${call.peer.username}: ${text}`)
        },
      })
    shown = { call, chat }
    let last = said(call)
    tell(last)
    call.on('state', () => {
      const now = said(call)
      if (now !== last) tell(now)
      last = now
    })
  }

  function ongoing(): Call | undefined {
    return shown?.call.state.name === 'ended' ? undefined : shown?.call
  }

  function said(call: Call): string {
    return callText({
      peer: call.peer.username,
      state: call.state,
      durationMs: call.durationMs(),
      chat: false,
    })
  }

  function tell(line: string): void {
    news.push(line)
    if (news.length > MAX_NEWS) news.shift()
    terminal.tell(line)
    redraw()
  }

  function roster() {
    return rosterOf(client.users, client.me?.id, prefix)
  }

  function redraw(): void {
    terminal.draw((columns, rows) =>
      render(
        {
          me: client.me?.username ?? '',
          connection: client.state,
          roster: roster(),
          call: shown && {
            peer: shown.call.peer.username,
            state: shown.call.state,
            durationMs: shown.call.durationMs(),
            chat: shown.chat?.isOpen === true,
          },
          news,
        },
        columns,
        rows,
      ),
    )
  }
}
