import { ratingOf, scoreOf } from './e-model.ts'
import { measure, type Measured } from './measure.ts'
import type { Cause, Quality, Score } from './quality.ts'
import type { Sample } from './sample.ts'

/** What the peer should be sending: agreed on, and neither muted nor held. */
export interface Expected {
  readonly audio: boolean
  readonly video: boolean
}

interface Finding {
  readonly cause: Cause
  /** How good it would be if this were all. */
  readonly score: Score
}

// These are the tables of docs/media.md.
const LOSS_PERCENT = 2
const DELAY_MS = 150
const JITTER_MS = 30
const LIMITED_PART = 0.5
const LOST_PICTURES: readonly (readonly [percent: number, score: Score])[] = [
  [20, 1],
  [10, 2],
  [5, 3],
  [LOSS_PERCENT, 4],
]

/** How good it was between two samples. */
export function rate(before: Sample, now: Sample, expected: Expected): Quality {
  const measured = measure(before, now)
  const { delayMs, lostSoundPercent, concealedPercent, figures } = measured
  const findings = [...findIn(measured, expected)].sort((a, b) => a.score - b.score)
  const speech = scoreOf(ratingOf({ delayMs, lossPercent: Math.max(lostSoundPercent, concealedPercent) }))
  return {
    score: findings.reduce((least, { score }) => worse(least, score), speech),
    causes: [...findings.map(({ cause }) => cause), ...(now.relayed ? (['relayed'] as const) : [])],
    figures,
  }
}

function* findIn(measured: Measured, expected: Expected): Generator<Finding> {
  const { delayMs, jitterMs, lostSoundPercent, lostPicturesPercent, concealedPercent } = measured
  if (expected.audio && measured.packetsHeard === 0) yield { cause: 'silent', score: 1 }
  if (expected.video && measured.framesSeen === 0) yield { cause: 'frozen', score: 2 }
  if (Math.max(lostSoundPercent, lostPicturesPercent) >= LOSS_PERCENT) {
    yield {
      cause: 'loss',
      score: worse(speechThatLoses(lostSoundPercent), picturesThatLose(lostPicturesPercent)),
    }
  }
  if (jitterMs >= JITTER_MS || concealedPercent >= LOSS_PERCENT) {
    yield { cause: 'jitter', score: speechThatLoses(concealedPercent) }
  }
  if (delayMs >= DELAY_MS) yield { cause: 'delay', score: scoreOf(ratingOf({ delayMs, lossPercent: 0 })) }
  if (measured.limitedPart > LIMITED_PART) yield { cause: 'bandwidth', score: 3 }
}

function speechThatLoses(lossPercent: number): Score {
  return scoreOf(ratingOf({ delayMs: 0, lossPercent }))
}

function picturesThatLose(percent: number): Score {
  return LOST_PICTURES.find(([from]) => percent >= from)?.[1] ?? 5
}

function worse(a: Score, b: Score): Score {
  return a < b ? a : b
}
