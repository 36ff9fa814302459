import { isIP } from 'node:net'
import { plainAddress } from '../admission/address/plain-address.ts'
import type { Peer } from '../admission/peer.ts'

/** More entries are not looked at: nobody has so many proxies. */
const MAX_HOPS = 32

/**
 * Who asks by way of proxies: of X-Forwarded-For the last hop that is no proxy of ours. Each proxy adds at the end whom it
 * was asked by, so what stands before an untrusted hop may be invented.
 */
export function forwardedPeer(
  peer: Peer,
  header: string | undefined,
  isProxy: (address: string) => boolean,
): Peer {
  if (header === undefined || !isProxy(peer.address)) return peer
  let found = peer
  for (const hop of header.split(',').slice(-MAX_HOPS).reverse()) {
    const address = hopAddress(hop.trim())
    if (address === undefined) break
    found = { address, port: undefined, via: peer }
    if (!isProxy(address)) break
  }
  return found
}

/** Some proxies add the port. */
function hopAddress(hop: string): string | undefined {
  const bare =
    /^\[(?<address>[^\]]+)\](?::\d+)?$/.exec(hop)?.groups?.['address'] ??
    /^(?<address>[\d.]+):\d+$/.exec(hop)?.groups?.['address'] ??
    hop
  return isIP(bare) === 0 ? undefined : plainAddress(bare)
}
