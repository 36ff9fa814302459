import { T } from '../../../wire/wire.ts'
import { type Entry, isMessage, type Message, textOf } from '../history.ts'
import type { Complain, Rule } from './rule.ts'
import type { Timeline, Timelines } from './timelines.ts'

/** What came of one client's signals to another one. */
interface Heard {
  readonly numbers: Set<number>
  last: number
}

/** A signal bears its sender's name and a number of its own, which only grows. */
export function signalOf(message: Message): { readonly from: string; readonly number: number } | undefined {
  if (message.type !== T.ICE_CANDIDATE) return undefined
  const [from = '', number = ''] = textOf(message, 'candidate').split(' ')
  return { from, number: Number(number) }
}

/** What one session was told that decides which signals it is owed. */
interface Scene {
  /** Since when its client knows of the call or the room. */
  readonly known: Map<string, number>
  /** When it left rooms. */
  readonly left: { readonly room: string; readonly atMs: number }[]
}

/** About so much later than the server its client may hear of something. */
const SLACK_MS = 5000

/**
 * A signal comes once, and those of one client in order, by whichever sessions. Where both sessions are still there at the
 * end, each that the server has taken and not refused has come, if it was sent after its addressee had seen the beginning of the call or the room. Only where a member
 * is away while itself or the sender leaves the room (ROOM-9) nothing is owed.
 */
export function checkSignals(complain: Complain): Rule {
  const heard = new Map<string, Heard>()
  const scenes = new Map<Timeline, Scene>()
  /** When clients were away. */
  const aways = new Map<string, { readonly fromMs: number; toMs: number }[]>()
  /** How many signals without an id were refused, and which with one. */
  const refused = new Map<Timeline, number>()
  const refusedIds = new Map<Timeline, Set<string>>()

  return {
    take(entry, timelines) {
      if (entry.what === 'closed')
        aways.set(entry.client, [...(aways.get(entry.client) ?? []), { fromMs: entry.atMs, toMs: Infinity }])
      if (!isMessage(entry) || entry.what === 'sent') return
      const away = entry.type === T.RESUMED ? aways.get(entry.client)?.at(-1) : undefined
      if (away !== undefined) away.toMs = entry.atMs
      const timeline = timelines.of(entry.client)
      if (timeline === undefined) return
      if (entry.type === T.ERROR && entry.payload['in_reply_to'] === T.ICE_CANDIDATE) refuse(timeline, entry)
      look(timeline, entry)
      const signal = signalOf(entry)
      if (signal !== undefined) hear(entry.client, signal.from, signal.number)
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

  function look(timeline: Timeline, message: Message): void {
    const scene: Scene = scenes.get(timeline) ?? { known: new Map(), left: [] }
    scenes.set(timeline, scene)
    const subject = beginningOf(message)
    if (subject !== undefined && !scene.known.has(subject)) scene.known.set(subject, message.atMs)
    if (message.type === T.ROOM_LEFT)
      scene.left.push({ room: textOf(message, 'room_id'), atMs: message.atMs })
  }

  function isOwed(message: Message, from: Timeline, to: Timeline): boolean {
    const about = textOf(message, 'call_id')
    const { atMs } = message
    const sinceMs = scenes.get(to)?.known.get(about)
    if (sinceMs === undefined || atMs < sinceMs) return false
    const left = [from, to].flatMap((timeline) => scenes.get(timeline)?.left ?? [])
    const [first = Infinity] = left
      .filter((one) => one.room === about && one.atMs > atMs)
      .map((one) => one.atMs)
      .toSorted((one, other) => one - other)
    const isAway = aways
      .get(to.client)
      ?.some(({ fromMs, toMs }) => fromMs < first + SLACK_MS && toMs > atMs - SLACK_MS)
    return first === Infinity || isAway !== true
  }

  function hear(client: string, from: string, number: number): void {
    const key = `${from} to ${client}`
    const pair = heard.get(key) ?? { numbers: new Set(), last: 0 }
    heard.set(key, pair)
    if (pair.numbers.has(number)) complain(`doubled: signal ${number} of ${key}`)
    else if (number < pair.last) complain(`swapped: signal ${number} of ${key} after ${pair.last}`)
    pair.numbers.add(number)
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
    return heard.get(`${signal.from} to ${to.client}`)?.numbers.has(signal.number) !== true
  }
}

function beginningOf(entry: Entry & Message): string | undefined {
  if (entry.type === T.CALL_NOTIFICATION || entry.type === T.CALL_ACCEPTED) return textOf(entry, 'call_id')
  return entry.type === T.ROOM_JOINED ? textOf(entry, 'room_id') : undefined
}
