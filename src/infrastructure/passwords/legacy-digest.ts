import { timingSafeEqual } from 'node:crypto'

const DIGEST = /^[0-9a-f]{16}$/i

export function isLegacyDigest(hash: string): boolean {
  return DIGEST.test(hash)
}

/** Compares in a time that does not depend on where the digests differ. */
export function matchesLegacyDigest(password: string, hash: string): boolean {
  return timingSafeEqual(legacyDigest(password), Buffer.from(hash, 'hex'))
}

/**
 * The original server's digest (PW-10): h = 0, 64 bits; for byte b at index i of the password's
 * UTF-8: h = rotl(h, 5) XOR b XOR i. Kept in two 32-bit halves, since a BigInt per step would cost a
 * long password a hundred times as much.
 */
function legacyDigest(password: string): Buffer {
  let high = 0
  let low = 0
  for (const [index, byte] of Buffer.from(password).entries()) {
    const carried = high >>> 27
    high = (high << 5) | (low >>> 27)
    low = ((low << 5) | carried) ^ byte ^ index
  }
  const digest = Buffer.alloc(8)
  digest.writeInt32BE(high, 0)
  digest.writeInt32BE(low, 4)
  return digest
}
