import { invalid, type ProxyOutcome } from './proxy-outcome.ts'
import { parseProxyV1, V1_START } from './proxy-v1.ts'
import { parseProxyV2, V2_SIGNATURE } from './proxy-v2.ts'

/**
 * The PROXY protocol of haproxy's proxy-protocol.txt, version 1 or 2, at the front of `bytes`, which is all that has
 * arrived so far. What is invalid stays so whatever follows, and what follows a header is not looked at.
 */
export function parseProxyHeader(bytes: Buffer): ProxyOutcome {
  if (begins(bytes, V2_SIGNATURE)) return parseProxyV2(bytes)
  if (begins(bytes, V1_START)) return parseProxyV1(bytes)
  return invalid('it begins with something else')
}

/** As far as both go. */
function begins(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length)
  return bytes.compare(start, 0, length, 0, length) === 0
}
