/**
 * What native clients of version 1 send as `password_hash`: 64-bit h = 0, then h = h × 31 + b for each byte b of the
 * password's UTF-8, in lower-case hex without leading zeros.
 */
export function nativeDigest(password: string): string {
  let h = 0n
  for (const byte of Buffer.from(password)) h = BigInt.asUintN(64, h * 31n + BigInt(byte))
  return h.toString(16)
}
