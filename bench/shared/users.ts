/**
 * The n-th user. Name and id are of one length for all, and an id is as long as those that the daemon makes, so that a
 * frame has one size whoever serves it and whomever it is about.
 */
export function userName(n: number): string {
  return `user-${digits(n)}`
}

export function userId(n: number): string {
  return `00000000-0000-4000-8000-${digits(n)}`
}

/** From the name: what a server that knows no accounts can answer a login with. */
export function idOfName(name: string): string {
  return userId(Number(name.slice(-DIGITS)))
}

/** By which the session that waits for the n-th user is resumed. */
export function waitingToken(n: number): string {
  return `waiting-${digits(n)}`
}

export function roomName(n: number): string {
  return `room-${n}`
}

export const PASSWORD = 'the same for all'

const DIGITS = 12

function digits(n: number): string {
  return String(n).padStart(DIGITS, '0')
}
