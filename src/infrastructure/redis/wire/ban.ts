import type { SharedBan } from '../../../application/ports/shared-limits.ts'

/** Of `UNTIL TIMES`, as `scripts/ban.ts` keeps and tells it. */
export function decodeBan(address: string, text: string): SharedBan {
  const [untilMs = 0, times = 0] = text.split(' ').map(Number)
  return { address, untilMs, times }
}
