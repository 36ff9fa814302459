// A candidate belongs to one description, that with the same ICE user name fragment. Browsers and libwebrtc append it to the
// candidate: `candidate:… typ host … ufrag AbCd …`. Others may not.

/** Undefined where the candidate does not say, as at the end of candidates. */
function fragmentOf(candidate: string): string | undefined {
  return / ufrag (\S+)/.exec(candidate)?.[1]
}

/** Whether the candidate may be used with the description. */
export function belongs(candidate: string, sdp: string): boolean {
  const fragment = fragmentOf(candidate)
  if (fragment === undefined) return true
  return sdp.split(/\r?\n/).includes(`a=ice-ufrag:${fragment}`)
}
