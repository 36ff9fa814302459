import { type ClientMessage, messageTable } from '../protocol/message-table.ts'
import type { Endpoint } from './endpoint.ts'

type Heartbeat = Extract<ClientMessage, { type: 'HEARTBEAT' }>

/** Answers a sign of life (BEAT-1), and lets go of what it acknowledges (RESUME-1). */
export function takeHeartbeat(
  asker: Endpoint,
  { payload: { timestamp, ack } }: Heartbeat,
  requestId: string | undefined,
): void {
  const outbox = asker.session?.resumption?.outbox
  if (ack !== undefined && outbox !== undefined) {
    if (ack >= outbox.nextSeq) {
      const detail = `HEARTBEAT: "ack" is ${ack}, and ${outbox.nextSeq - 1} is the last that was sent`
      asker.refuse({ reason: 'invalid_field', detail }, messageTable.HEARTBEAT.code, requestId)
      return
    }
    outbox.acknowledge(ack)
  }
  asker.heartbeat(timestamp, requestId)
}
