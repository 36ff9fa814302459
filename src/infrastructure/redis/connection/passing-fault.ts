import { ConnectionLost } from './connection.ts'

/**
 * What Redis says when it cannot do now what it may do later: while it loads its file, is (or has become) a replica, has no
 * memory or disk left, runs somebody's long script, or has forgotten our scripts. A new connection begins with loading them.
 */
const PASSING: ReadonlySet<string> = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOAUTH',
  'NOREPLICAS',
  'NOSCRIPT',
  'OOM',
  'READONLY',
  'TRYAGAIN',
  'UNBLOCKED',
])

export function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true
  return error instanceof Error && PASSING.has(error.message.split(' ')[0] ?? '')
}
