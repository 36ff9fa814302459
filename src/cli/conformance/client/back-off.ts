/** Less than this is a machine that was busy, or a clock's grain. */
const GRAIN = 0.03
const FACTORS = [1, 1.5, 2, 3]

/** What is wrong with the waits between tries, in ms; undefined where they grow and chance has a part in them. */
export function faultOfWaits(waits: readonly number[]): string | undefined {
  const [first = 0] = waits
  const last = waits.at(-1) ?? 0
  if (last < first * 1.2) return `waits that do not grow: ${listed(waits)}`
  const ratios = waits.slice(1).map((wait, at) => wait / (waits[at] ?? wait))
  const regular = FACTORS.some((factor) => ratios.every((ratio) => Math.abs(ratio / factor - 1) < GRAIN))
  return regular ? `waits in which chance has no part: ${listed(waits)}` : undefined
}

function listed(waits: readonly number[]): string {
  return waits.map((wait) => `${Math.round(wait)} ms`).join(', ')
}
