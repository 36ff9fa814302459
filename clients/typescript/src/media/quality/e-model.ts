import type { Score } from './quality.ts'

// A short form of the E-model (ITU-T G.107): how satisfied people are with speech, from the delay from mouth to ear and from
// the part of it that is lost. R = 93.2 − Id − Ie,eff.
//   Id     = 0.024 d + 0.11 (d − 177.3) where d > 177.3     d in ms: the fit of Cole and Rosenbluth
//   Ie,eff = 95 · P / (P + 25)                              P in percent: Ie 0, Bpl 25, a codec that conceals losses, as Opus does
const BEST = 93.2
const KNEE_MS = 177.3
const ROBUSTNESS = 25

export function ratingOf({
  delayMs,
  lossPercent,
}: {
  readonly delayMs: number
  readonly lossPercent: number
}): number {
  const delay = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - KNEE_MS)
  const loss = (95 * lossPercent) / (lossPercent + ROBUSTNESS)
  return BEST - delay - loss
}

/** The classes of G.107 annex B: 5 is "very satisfied", 1 is what it does not recommend. */
export function scoreOf(rating: number): Score {
  if (rating >= 90) return 5
  if (rating >= 80) return 4
  if (rating >= 70) return 3
  if (rating >= 50) return 2
  return 1
}
