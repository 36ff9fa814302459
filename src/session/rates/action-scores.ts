import type { UserId } from '../../domain/ids.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'
import { Bucket } from './bucket.ts'
import { FadingMap } from './fading-map.ts'
import { pleaseWait } from './please-wait.ts'

/** What has a rule of its own, beside the costs of messages. */
export const actions = ['CHAT_SEND', 'CHAT_REACT', 'UPLOAD', 'ROOM_JOIN'] as const
export type Action = (typeof actions)[number]

/** Each action adds 1 to its user's score, which falls with time. */
interface ScoreRule {
  /** Beyond it the action is refused. */
  readonly maxScore: number
  readonly decayPerMinute: number
}

export type ScoreRules = Readonly<Record<Action, ScoreRule>>

const COST = 1

/** What whoever does too much of it is told. */
const sentences: Readonly<Record<Action, string>> = {
  CHAT_SEND: 'You send messages too fast',
  CHAT_REACT: 'You react to messages too fast',
  UPLOAD: 'You upload files too fast',
  ROOM_JOIN: 'You enter rooms too fast',
}

/** How much each user has done of late, by the kind of action. */
export class ActionScores {
  readonly #rules: ScoreRules
  readonly #scores: Readonly<Record<Action, FadingMap<Bucket>>>

  constructor(rules: ScoreRules) {
    const scoresOf = (action: Action) =>
      new FadingMap(
        () => new Bucket({ perMinute: rules[action].decayPerMinute, burst: rules[action].maxScore }),
        (bucket, now) => bucket.isFull(now),
      )
    this.#rules = rules
    this.#scores = {
      CHAT_SEND: scoresOf('CHAT_SEND'),
      CHAT_REACT: scoresOf('CHAT_REACT'),
      UPLOAD: scoresOf('UPLOAD'),
      ROOM_JOIN: scoresOf('ROOM_JOIN'),
    }
  }

  /** The user does it; or why not now, which adds nothing. `now` in monotonic milliseconds. */
  take(action: Action, user: UserId, now: number): WireRefusal | undefined {
    const bucket = this.#scores[action].get(user, now)
    const wait = bucket.take(COST, now)
    if (wait === 0) return undefined
    // To the hundredth, for people to look at.
    const current_score = Math.round(bucket.spent(now) * 100) / 100
    const facts = { current_score, max_score: this.#rules[action].maxScore }
    return { ...pleaseWait('rate_limited', sentences[action], wait), facts }
  }
}
