import type { ClientMessage } from './message-table.ts'

type Name = ClientMessage['type']

const introductions: ReadonlySet<Name> = new Set(['LOGIN_REQUEST', 'REGISTER_REQUEST', 'RESUME'])
const signals: ReadonlySet<Name> = new Set(['SDP_OFFER', 'SDP_ANSWER', 'ICE_CANDIDATE'])

/** By it a client says who it is. */
export function isIntroduction(type: Name): boolean {
  return introductions.has(type)
}

/** It goes from party to party. */
export function isSignal(type: Name): boolean {
  return signals.has(type)
}
