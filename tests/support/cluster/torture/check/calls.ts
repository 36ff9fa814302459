import { T } from '../../../wire/wire.ts'
import { resumedIn } from '../fields.ts'
import { isMessage, isToBeRepeated, type Message, textOf } from '../history.ts'
import type { Complain, Rule } from './rule.ts'
import type { Timeline, Timelines } from './timelines.ts'

interface Call {
  readonly id: string
  readonly peer: string
  isActive: boolean
  /** Its client has asked for its end, or declined. */
  isLeft: boolean
}

export interface CallsRule extends Rule {
  /** Whether the client has a call, as far as it knows. */
  isInCall(client: string): boolean
}

/**
 * Nobody is in two calls, and whoever believes to be in one at the end has a peer that believes it too; so does the server,
 * as RESUMED says.
 */
export function checkCalls(complain: Complain): CallsRule {
  const calls = new Map<string, { readonly timeline: Timeline; call: Call | undefined }>()
  let isSettled = false

  return {
    take(entry, timelines) {
      if (entry.what === 'settled') isSettled = true
      if (!isMessage(entry)) return
      const timeline = timelines.of(entry.client)
      if (timeline === undefined) return
      if (calls.get(entry.client)?.timeline !== timeline)
        calls.set(entry.client, { timeline, call: undefined })
      if (entry.what === 'sent') sent(entry)
      else got(entry)
    },

    finish(timelines) {
      for (const client of timelines.present) checkBothSides(client, timelines)
    },

    isInCall: (client) => callOf(client) !== undefined,
  }

  function callOf(client: string): Call | undefined {
    const call = calls.get(client)?.call
    return call?.isLeft === false ? call : undefined
  }

  function sent(message: Message): void {
    const call = callOf(message.client)
    if (call === undefined || call.id !== textOf(message, 'call_id')) return
    if (message.type === T.HANGUP) call.isLeft = true
    if (message.type !== T.CALL_RESPONSE) return
    if (message.payload['accepted'] === true) call.isActive = true
    else call.isLeft = true
  }

  function got(message: Message): void {
    const id = textOf(message, 'call_id')
    switch (message.type) {
      case T.CALL_NOTIFICATION:
        begin(message, { id, peer: textOf(message, 'from_user_id'), isActive: false, isLeft: false })
        break
      case T.RINGING:
        begin(message, { id, peer: textOf(message, 'peer_user_id'), isActive: false, isLeft: false })
        break
      case T.CALL_ACCEPTED:
        begin(message, { id, peer: textOf(message, 'peer_user_id'), isActive: true, isLeft: false })
        break
      case T.HANGUP:
      case T.CALL_DECLINED:
        end(message.client, id)
        break
      case T.ERROR:
        // The client asked, and it was not done: the call goes on.
        refused(message)
        break
      case T.RESUMED:
        if (isSettled) compare(message)
        break
      default:
    }
  }

  function begin({ client, type }: Message, call: Call): void {
    const own = calls.get(client)
    if (own === undefined) return
    const before = callOf(client)
    if (before !== undefined && before.id !== call.id)
      complain(`two calls: ${client} is told of ${call.id} (type ${type}) and is in ${before.id}`)
    if (own.call?.id === call.id && own.call.isLeft) return
    own.call = call
  }

  function end(client: string, id: string): void {
    const own = calls.get(client)
    if (own?.call?.id === id) own.call = undefined
  }

  function refused(message: Message): void {
    const call = calls.get(message.client)?.call
    const [what, id] = textOf(message, 'request_id').split(' ')
    if (call === undefined || call.id !== id) return
    if (!isToBeRepeated(message)) end(message.client, id)
    else if (what === 'hangup' || what === 'decline') call.isLeft = false
    else if (what === 'accept') call.isActive = false
  }

  function checkBothSides(client: string, timelines: Timelines): void {
    const call = callOf(client)
    if (call === undefined) return
    const peer = timelines.nameOf(call.peer)
    const other = timelines.present.has(peer) ? callOf(peer) : undefined
    if (other?.id !== call.id || timelines.nameOf(other.peer) !== client)
      complain(`one-sided: ${client} is in ${call.id} with ${peer}, who is in ${other?.id ?? 'none'}`)
    else if (other.isActive !== call.isActive)
      complain(`one-sided: ${call.id} is active for one of ${client} and ${peer} only`)
  }

  function compare(message: Message): void {
    const { call: told } = resumedIn(message.payload)
    const call = callOf(message.client)
    const believed = call && `${call.id} ${call.isActive ? 'active' : 'ringing'}`
    const said = told === null ? undefined : `${told.call_id} ${told.phase}`
    if (believed !== said)
      complain(`one-sided: ${message.client} is in ${believed ?? 'none'}, the server says ${said ?? 'none'}`)
  }
}
