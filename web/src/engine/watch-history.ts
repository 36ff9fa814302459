import type { Client } from 'roomrtc-client'
import { historyOf, type PastCall as Kept } from 'roomrtc-client/history'
import type { Action } from '../model/action.ts'
import { kindOf } from '../model/call-view.ts'
import type { News } from '../model/notices.ts'
import { outcomeInHistory, type PastCall } from '../model/past-calls.ts'

interface Deps {
  readonly client: Client
  readonly dispatch: (action: Action) => void
  readonly tell: (what: News) => void
  readonly newId: () => number
  /** Those that the list has. */
  readonly past: () => readonly PastCall[]
}

/** As many as the list has. */
const LIMIT = 20

/** Fills the list with the calls of earlier visits, and tells who has called in vain. Gives what ends it. */
export function watchHistory({ client, dispatch, tell, newId, past }: Deps): () => void {
  if (!client.capabilities.includes('history')) return () => undefined
  const history = historyOf(client)
  const off = history.on('unseen', (unseen) => {
    if (unseen > 0) void look()
  })
  const seenNow = () => {
    if (document.visibilityState === 'visible' && (history.unseen ?? 0) > 0)
      history.markSeen().catch(() => undefined)
  }
  document.addEventListener('visibilitychange', seenNow)
  void look()
  return () => {
    off()
    document.removeEventListener('visibilitychange', seenNow)
  }

  async function look(): Promise<void> {
    try {
      const { calls } = await history.list({ limit: LIMIT })
      const known = new Set(past().map(({ callId }) => callId))
      for (const { id, peer, outcome, seen } of calls.toReversed())
        if (outcome === 'missed' && !seen && !known.has(id)) tell({ name: 'missed', username: peer.username })
      dispatch({ type: 'history', past: calls.map(asPast) })
      seenNow()
    } catch {
      // The list stays as it is: the connection comes back, and the server says again how many there are.
    }
  }

  function asPast({ id: callId, peer, direction, outcome, startedAt: at, durationMs }: Kept): PastCall {
    return {
      id: newId(),
      callId,
      peer,
      role: direction === 'outgoing' ? 'caller' : 'callee',
      kind: kindOf(undefined),
      at,
      durationMs,
      outcome: outcomeInHistory({ outcome, direction }),
    }
  }
}
