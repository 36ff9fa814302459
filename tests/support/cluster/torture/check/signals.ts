import { T } from '../../../wire/wire.ts'
import { type Entry, isMessage, type Message, textOf } from '../history.ts'
import type { Complain, Rule } from './rule.ts'
import type { Timeline, Timelines } from './timelines.ts'

/** What came of one client's signals to another one, by the sessions of the two. */
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

/**
 * A signal comes once and in order. Where both sessions are still there at the end, each that the server has taken and not
 * refused has come, if it was about a call or a room that its addressee has seen the beginning of.
 */
export function checkSignals(complain: Complain): Rule {
  const heard = new Map<string, Heard>()
  /** In which session its client has begun which calls, and entered which rooms. */
  const known = new Map<Timeline, Set<string>>()
  const refused = new Map<Timeline, number>()

  return {
    take(entry, timelines) {
      if (!isMessage(entry) || entry.what === 'sent') return
      const timeline = timelines.of(entry.client)
      if (timeline === undefined) return
      if (entry.type === T.ERROR && entry.payload['in_reply_to'] === T.ICE_CANDIDATE)
        refused.set(timeline, (refused.get(timeline) ?? 0) + 1)
      const subject = beginningOf(entry)
      if (subject !== undefined) known.set(timeline, new Set([...(known.get(timeline) ?? []), subject]))
      const signal = signalOf(entry)
      if (signal !== undefined) hear(entry.client, signal.from, signal.number)
    },

    finish(timelines) {
      for (const timeline of timelines.all) if (!timeline.isOver) checkAllCame(timeline, timelines)
    },
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
    const missing: string[] = []
    for (const message of timeline.sent) {
      const signal = signalOf(message)
      if (signal === undefined) continue
      const to = timelines.of(timelines.nameOf(textOf(message, 'to_user_id')))
      if (to === undefined || known.get(to)?.has(textOf(message, 'call_id')) !== true) continue
      const key = `${signal.from} to ${to.client}`
      if (heard.get(key)?.numbers.has(signal.number) !== true)
        missing.push(`${signal.number} of ${key} about ${textOf(message, 'call_id')}`)
    }
    const excused = refused.get(timeline) ?? 0
    if (missing.length > excused)
      complain(
        `lost: ${missing.length} signals of ${timeline.client}, ${excused} refused: ${missing.join(', ')}`,
      )
  }
}

function beginningOf(entry: Entry & Message): string | undefined {
  if (entry.type === T.CALL_NOTIFICATION || entry.type === T.CALL_ACCEPTED) return textOf(entry, 'call_id')
  return entry.type === T.ROOM_JOINED ? textOf(entry, 'room_id') : undefined
}
