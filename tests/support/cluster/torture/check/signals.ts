import { T } from '../../../wire/wire.ts'
import { isMessage, type Message, textOf } from '../history.ts'
import type { Complain, Rule } from './rule.ts'
import { Scene } from './scenes.ts'
import type { Timeline, Timelines } from './timelines.ts'

/** What came of one client's signals to another one. */
interface Heard {
  /** By their numbers: when. */
  readonly times: Map<number, number>
  last: number
}

/** A signal bears its sender's name and a number of its own, which only grows. */
export function signalOf(message: Message): { readonly from: string; readonly number: number } | undefined {
  if (message.type !== T.ICE_CANDIDATE) return undefined
  const [from = '', number = ''] = textOf(message, 'candidate').split(' ')
  return { from, number: Number(number) }
}

/**
 * A signal comes once, and those of one client in order, by whichever sessions. Where both sessions are still there at the
 * end, each that the server has taken and not refused has come, if by then its addressee knew of the call, or each of two
 * members of a room of the other. What waits for a member that is away is taken back where it leaves, or the sender does
 * (ROOM-9).
 */
export function checkSignals(complain: Complain): Rule {
  const heard = new Map<string, Heard>()
  const scenes = new Map<Timeline, Scene>()
  /** When clients resumed their sessions. */
  const returns = new Map<string, number[]>()
  /** How many signals without an id were refused, and which with one. */
  const refused = new Map<Timeline, number>()
  const refusedIds = new Map<Timeline, Set<string>>()

  return {
    take(entry, timelines) {
      if (!isMessage(entry)) return
      const timeline = timelines.of(entry.client)
      if (timeline === undefined) return
      sceneOf(timeline)[entry.what](entry)
      if (entry.what === 'sent') return
      if (entry.type === T.RESUMED)
        returns.set(entry.client, [...(returns.get(entry.client) ?? []), entry.atMs])
      if (entry.type === T.ERROR && entry.payload['in_reply_to'] === T.ICE_CANDIDATE) refuse(timeline, entry)
      const signal = signalOf(entry)
      if (signal !== undefined) hear(entry.client, signal.from, signal.number, entry.atMs)
    },

    finish(timelines) {
      for (const timeline of timelines.all) if (!timeline.isOver) checkAllCame(timeline, timelines)
    },
  }

  function refuse(timeline: Timeline, error: Message): void {
    const id = textOf(error, 'request_id')
    if (id === '') refused.set(timeline, (refused.get(timeline) ?? 0) + 1)
    else refusedIds.set(timeline, new Set([...(refusedIds.get(timeline) ?? []), id]))
  }

  function sceneOf(timeline: Timeline): Scene {
    const scene = scenes.get(timeline) ?? new Scene()
    scenes.set(timeline, scene)
    return scene
  }

  function isOwed(message: Message, from: Timeline, to: Timeline): boolean {
    const about = textOf(message, 'call_id')
    const { atMs } = message
    const [sender, addressee] = [sceneOf(from), sceneOf(to)]
    if (addressee.knewCall(about, atMs)) return true
    const entry = addressee.entryBefore(about, atMs)
    if (entry === undefined || !sender.saw(about, to.userId, atMs, entry.askedMs)) return false
    const exits = [sender, addressee].flatMap((scene) => scene.exitAfter(about, atMs) ?? [])
    return !exits.some(({ askedMs }) => mayBeTakenBack(message, to, askedMs))
  }

  /** By somebody's leaving from `leavesMs` on: only what still waits then for a client that is away. */
  function mayBeTakenBack(message: Message, to: Timeline, leavesMs: number): boolean {
    const signal = signalOf(message)
    const later = [...(heard.get(`${signal?.from} to ${to.client}`)?.times ?? [])]
    if (later.some(([number, atMs]) => number > (signal?.number ?? 0) && atMs < leavesMs)) return false
    const sinceMs = Math.max(message.atMs, leavesMs)
    return returns.get(to.client)?.some((atMs) => atMs > sinceMs) === true
  }

  function hear(client: string, from: string, number: number, atMs: number): void {
    const key = `${from} to ${client}`
    const pair = heard.get(key) ?? { times: new Map(), last: 0 }
    heard.set(key, pair)
    if (pair.times.has(number)) complain(`doubled: signal ${number} of ${key}`)
    else if (number < pair.last) complain(`swapped: signal ${number} of ${key} after ${pair.last}`)
    pair.times.set(number, atMs)
    pair.last = Math.max(pair.last, number)
  }

  function checkAllCame(timeline: Timeline, timelines: Timelines): void {
    const missing = timeline.sent.filter((message) => isMissing(message, timeline, timelines))
    const withId = missing.filter((message) => textOf(message, 'request_id') !== '')
    const excused = refused.get(timeline) ?? 0
    if (withId.length === 0 && missing.length <= excused) return
    const which = missing.map((message) => `${signalOf(message)?.number} about ${textOf(message, 'call_id')}`)
    complain(`lost: signals of ${timeline.client}: ${which.join(', ')}, of which ${excused} were refused`)
  }

  function isMissing(message: Message, timeline: Timeline, timelines: Timelines): boolean {
    const signal = signalOf(message)
    if (signal === undefined) return false
    if (refusedIds.get(timeline)?.has(textOf(message, 'request_id')) === true) return false
    const to = timelines.of(timelines.nameOf(textOf(message, 'to_user_id')))
    if (to === undefined || !isOwed(message, timeline, to)) return false
    return heard.get(`${signal.from} to ${to.client}`)?.times.has(signal.number) !== true
  }
}
