import { type Finding, ok, warning } from './finding.ts'

/** TURN credentials and tokens live for an hour, and a minute is of no harm. */
const MUCH_MS = 30_000

/** `accuracyMs`: how wrong the way of measuring may be. */
export function clockFinding(by: string, differenceMs: number, accuracyMs: number): Finding {
  const seconds = Math.round(Math.abs(differenceMs) / 1000)
  if (Math.abs(differenceMs) <= accuracyMs)
    return ok('clock', `the clocks of the server and of this machine agree (${by})`)
  const message = `the clock of the server is ${seconds} s ${differenceMs > 0 ? 'ahead of' : 'behind'} that of this machine (${by})`
  if (Math.abs(differenceMs) < MUCH_MS) return ok('clock', message)
  return warning('clock', message, 'set both by NTP: tokens and TURN credentials end by the clock')
}
