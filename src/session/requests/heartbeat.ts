import { type ClientMessage, messageTable } from '../../protocol/message-table.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import { neverSent } from '../conversation/never-sent.ts'

type Heartbeat = Extract<ClientMessage, { type: 'HEARTBEAT' }>

/** Answers a sign of life (BEAT-1), and lets go of what it acknowledges (RESUME-1). */
export function takeHeartbeat(
  asker: Endpoint,
  { payload: { timestamp, ack } }: Heartbeat,
  requestId: string | undefined,
): void {
  const { session } = asker
  const outbox = session?.resumption?.outbox
  if (ack !== undefined && outbox !== undefined) {
    const fault = neverSent('HEARTBEAT: "ack"', ack, outbox)
    if (fault !== undefined) {
      asker.refuse(fault, messageTable.HEARTBEAT.code, requestId)
      return
    }
    session?.resumption?.acknowledge(ack)
  }
  asker.heartbeat(timestamp, requestId)
}
