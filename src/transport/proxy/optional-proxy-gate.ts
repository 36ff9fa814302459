import type { Log } from '../../application/ports/system/log.ts'
import type { Reception } from '../admission/reception.ts'
import { socketPeer } from '../admission/peer.ts'
import { readOpening } from '../tls/opening.ts'
import { createProxyGate, noProxy, type ProxyGate, type ProxyOptions } from './proxy-gate.ts'
import { V1_START } from './proxy-v1.ts'
import { V2_SIGNATURE } from './proxy-v2.ts'

/** For a port where a proxy need not send a header, as it may name its client in X-Forwarded-For. */
export function createOptionalProxyGate(
  options: ProxyOptions,
  isProxy: (address: string) => boolean,
  log: Log,
  reception: Pick<Reception, 'nextId' | 'saidNothing'>,
): ProxyGate {
  const demanding = createProxyGate(options, log, reception)
  return (socket, enter) => {
    const { address } = socketPeer(socket)
    if (address === '' || !isProxy(address)) {
      demanding(socket, enter)
      return
    }
    readOpening(socket, options.headerTimeoutMs, (opening) => {
      const gate = opening !== undefined && isHeader(opening) ? demanding : noProxy
      if (opening === undefined && socket.destroyed) return
      gate(socket, enter)
    })
  }
}

/** By its first bytes, of which proxies send several at once. */
function isHeader(opening: Buffer): boolean {
  return [V1_START, V2_SIGNATURE].some((start) => {
    const length = Math.min(opening.length, start.length)
    return opening.compare(start, 0, length, 0, length) === 0
  })
}
