import type { Socket } from 'node:net'
import type { Log } from '../../application/ports/system/log.ts'
import type { Reception } from '../admission/reception.ts'
import { createNetworks } from '../admission/address/networks.ts'
import { type Peer, peerFields, socketPeer } from '../admission/peer.ts'
import { readProxyHeader } from './proxy-reader.ts'

export interface ProxyOptions {
  /** Where the proxies are, as CIDR. From elsewhere no header is looked for, and none is believed. */
  readonly networks: readonly string[]
  readonly headerTimeoutMs: number
}

/** Finds out who is at the other end of a fresh socket; closes it where a proxy does not say. */
export type ProxyGate = (socket: Socket, enter: (peer: Peer) => void) => void

/** Where no proxy stands in front of us. */
export const noProxy: ProxyGate = (socket, enter) => {
  enter(socketPeer(socket))
}

export function createProxyGate(
  { networks, headerTimeoutMs }: ProxyOptions,
  log: Log,
  reception: Pick<Reception, 'nextId' | 'saidNothing'>,
): ProxyGate {
  const isProxy = createNetworks(networks)

  return (socket, enter) => {
    const via = socketPeer(socket)
    // Gone already, so that nobody can tell whether it is a proxy.
    if (via.address === '') {
      reception.saidNothing(reception.nextId(), via)
      socket.destroy()
      return
    }
    if (!isProxy(via.address)) {
      enter(via)
      return
    }
    readProxyHeader(socket, headerTimeoutMs, (outcome) => {
      if (outcome.kind === 'silent') {
        reception.saidNothing(reception.nextId(), via)
        socket.destroy()
        return
      }
      if (outcome.kind === 'invalid') {
        const { why } = outcome
        const conn = reception.nextId()
        log.info({ conn, ...peerFields(via), why }, 'connection refused: no good PROXY header')
        socket.destroy()
        return
      }
      const { address, port } = outcome
      enter(address === undefined ? via : { address, port, via })
    })
  }
}
