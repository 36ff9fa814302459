const encoder = new TextEncoder()
const HALF = 0x1_0000_0000

/**
 * What native clients send as `password_hash` (AUTH-6): 64-bit h = 0, then h = h × 31 + b for each byte b of the
 * password's UTF-8, in lower-case hex without leading zeros.
 */
export function nativeDigest(password: string): string {
  let [high, low] = [0, 0]
  for (const byte of encoder.encode(password)) {
    const sum = low * 31 + byte
    low = sum % HALF
    high = (high * 31 + Math.floor(sum / HALF)) % HALF
  }
  return high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0')
}
