/** How a connection that does not carry came to be so. */
type Ill = 'starting' | 'disconnected' | 'failed'

export interface Illness {
  readonly how: Ill
  /** All times here are Unix time in milliseconds. */
  readonly since: number
  /** Restarts that have been made for it. */
  readonly restarts: number
  readonly lastRestartAt: number | undefined
}

export interface Circumstances {
  readonly illness: Illness | undefined
  /** When the connection to the server last came back in this call: the network is another one since, or well again. */
  readonly resumedAt: number | undefined
  /** The callee waits longer, so that mostly one of the two restarts. Where both do, it is a glare like any other. */
  readonly polite: boolean
  /** Since when an offer would be answered: both sides are connected to the server, and no other offer is open. */
  readonly canOfferSince: number | undefined
}

/** Many a disconnected link comes back by itself; a failed one never does. ICE itself takes up to 15 s to fail. */
const PATIENCE_MS: Readonly<Record<Ill, number>> = { failed: 0, disconnected: 4000, starting: 15_000 }
/** What waits in the server for this side, or the answer that has just come, may already be the cure. */
const BREATH_MS = 500
/** A link that becomes ill within this time after a resumption is so because of the same change of networks. */
const SAME_CHANGE_MS = 10_000
const POLITE_MS = 2000
const BACK_OFF_MS = [5000, 10_000, 20_000, 30_000]

/** When to restart ICE; undefined while there is no need, or no way to tell the peer. */
export function restartAt(circumstances: Circumstances): number | undefined {
  const { illness, polite, canOfferSince } = circumstances
  if (illness === undefined || canOfferSince === undefined) return undefined
  const due = Math.min(patientAt(illness), changedAt(circumstances, illness)) + (polite ? POLITE_MS : 0)
  return Math.max(due, canOfferSince + BREATH_MS)
}

function patientAt({ how, since, restarts, lastRestartAt }: Illness): number {
  return lastRestartAt === undefined ? since + PATIENCE_MS[how] : lastRestartAt + backOff(restarts)
}

/** When the network has changed since the last try, there is no use in waiting. */
function changedAt({ resumedAt }: Circumstances, { how, since, lastRestartAt }: Illness): number {
  const after = lastRestartAt ?? since - SAME_CHANGE_MS
  if (resumedAt === undefined || resumedAt < after || how === 'starting') return Infinity
  return Math.max(resumedAt, since) + BREATH_MS
}

function backOff(restarts: number): number {
  return BACK_OFF_MS[Math.min(restarts, BACK_OFF_MS.length) - 1] ?? 0
}
