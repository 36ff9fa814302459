import type { Client } from '../../client/client.ts'
import type { Host, Part } from '../../client/part.ts'
import { RoomClient } from '../../client/room-client.ts'
import type { Quality } from './quality.ts'

/** Tells the server how good a call is, or was a moment ago, for its operator. Where it does not want to know, nothing happens. */
export function rate(client: Pick<Client, 'on'>, call: string, quality: Quality): void {
  if (client instanceof RoomClient) client.part(Rating).tell(call, quality)
}

/** Of all that a part of the client can do it only sends. */
class Rating implements Part {
  readonly #host: Host

  constructor(host: Host) {
    this.#host = host
  }

  tell(call_id: string, { figures, score, causes }: Quality): void {
    if (!this.#host.capabilities().includes('call_control')) return
    const { roundTripMs: rtt_ms, jitterMs: jitter_ms, lossPercent: loss_percent, bitrateKbps } = figures
    const told = { rtt_ms, jitter_ms, loss_percent, bitrate_kbps: bitrateKbps, score }
    const payload = { call_id, ...told, relayed: causes.includes('relayed') }
    this.#host.send({ type: 'CALL_QUALITY', payload })
  }

  take(): boolean {
    return false
  }
}
