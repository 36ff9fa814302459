import { EndReason } from '../../domain/call-table.ts'
import { type ErrorReason, errorReasons } from '../../protocol/error-reasons.ts'
import type { TokenFault } from '../resumption/token-table.ts'
import { type ClusterFigures, createClusterFigures } from './cluster-figures.ts'
import { FrameCounts } from './frame-counts.ts'
import { SignalTimes } from './signal-times.ts'
import { WordCounts } from './word-counts.ts'

/**
 * What has happened since the start, in plain numbers. Whoever it happens to counts it here and reads nothing; who wants to
 * know reads it, and counts nothing.
 */
export interface Figures {
  readonly received: FrameCounts
  readonly sent: FrameCounts
  readonly signals: SignalTimes
  /** Requests refused, connections ended by the server, and such as were not let in. */
  readonly refusals: WordCounts<ErrorReason>
  readonly logins: WordCounts<'granted' | ErrorReason>
  readonly resumptions: WordCounts<'granted' | 'overflow' | TokenFault>
  readonly calls: WordCounts<'placed' | 'accepted'>
  readonly callEnds: WordCounts<EndReason>
  readonly bans: WordCounts<'flooding' | 'administrator'>
  /** Changes of presence, and why some took the place of one that was still to be told. */
  readonly presence: WordCounts<'change' | 'storm' | 'slow_client'>
  /** Nothing happens in it where the daemon is alone. */
  readonly cluster: ClusterFigures
}

export function createFigures(): Figures {
  return {
    received: new FrameCounts(),
    sent: new FrameCounts(),
    signals: new SignalTimes(),
    refusals: new WordCounts(reasons()),
    logins: new WordCounts([
      'granted',
      'invalid_credentials',
      'invalid_token',
      'expired_token',
      'too_many_attempts',
      'rate_limited',
    ]),
    resumptions: new WordCounts(['granted', 'overflow', 'expired', 'replaced', 'unknown']),
    calls: new WordCounts(['placed', 'accepted']),
    callEnds: new WordCounts(Object.values(EndReason)),
    bans: new WordCounts(['flooding', 'administrator']),
    presence: new WordCounts(['change', 'storm', 'slow_client']),
    cluster: createClusterFigures(),
  }
}

function reasons(): ErrorReason[] {
  const known = (word: string): word is ErrorReason => Object.hasOwn(errorReasons, word)
  return Object.keys(errorReasons).filter(known)
}
