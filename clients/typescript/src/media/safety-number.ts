const encoder = new TextEncoder()

/** 60 digits hold 199 bits: to find two connections with one number takes some 2^99 tries. */
const GROUPS = 12
const BYTES_A_GROUP = 5

/**
 * Twelve groups of five digits, which are the same on both sides of a connection, and on no two connections. Two people who
 * see the same number and know each other's voice or face know that nobody is between them, not even the server. Undefined
 * before both descriptions are there. A connection that is made anew has another number. Needs a secure context.
 */
export async function safetyNumber(
  connection: Pick<RTCPeerConnection, 'currentLocalDescription' | 'currentRemoteDescription'>,
): Promise<string | undefined> {
  const { currentLocalDescription: own, currentRemoteDescription: peers } = connection
  const sides = [own, peers].map((description) => fingerprintsOf(description?.sdp ?? ''))
  if (sides.some((fingerprints) => fingerprints === '')) return undefined
  const text = `roomrtc safety number 1\n${sides.sort().join('\n\n')}`
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-512', encoder.encode(text)))
  return Array.from({ length: GROUPS }, (_, group) => digitsOf(digest, group * BYTES_A_GROUP)).join(' ')
}

/** Of the certificates that the DTLS of one side may show (RFC 8122): each once, in one order. */
function fingerprintsOf(sdp: string): string {
  const found = [...sdp.matchAll(/^a=fingerprint:(\S+) +(\S+)/gm)].map(
    ([, hash = '', value = '']) => `${hash.toLowerCase()} ${value.toUpperCase()}`,
  )
  return [...new Set(found)].sort().join('\n')
}

/** 40 bits as five digits: uneven by less than one in ten million. */
function digitsOf(bytes: Uint8Array, from: number): string {
  const value = bytes.subarray(from, from + BYTES_A_GROUP).reduce((sum, byte) => sum * 256 + byte, 0)
  return String(value % 100_000).padStart(5, '0')
}
