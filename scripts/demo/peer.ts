import type { Call } from 'roomrtc-client'
import { createDataChannel } from './data-channel.ts'
import { Negotiation } from './negotiation.ts'
import { createPeerConnection } from './wrtc.ts'

/** What a party of a call has of it beyond the server. Whoever makes it closes its connection. */
export interface Peer {
  readonly connection: RTCPeerConnection
  readonly channel: RTCDataChannel
  readonly negotiation: Negotiation
}

export function createPeer({ signals }: Call, configuration?: RTCConfiguration): Peer {
  const connection = createPeerConnection(configuration)
  const channel = createDataChannel(connection)
  return { connection, channel, negotiation: new Negotiation(signals, connection) }
}

/** A whole negotiation through the server, candidates included. */
export async function negotiate(
  offerer: Peer,
  answerer: Peer,
  options: { readonly iceRestart?: boolean } = {},
): Promise<void> {
  await Promise.all([offerer.negotiation.offer(options), answerer.negotiation.answer()])
  await Promise.all([offerer.negotiation.takeCandidates(), answerer.negotiation.takeCandidates()])
}
