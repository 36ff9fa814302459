import { ClientError } from '../client-error.ts'
import type { Continuity } from '../continuity.ts'
import type { Exchange } from './exchange.ts'

/** Sends a heartbeat from time to time, as the server wants it. */
export function keepAlive(exchange: Exchange, continuity: Continuity): void {
  exchange.every(continuity.agreement.heartbeatMs, () => {
    sendHeartbeat(exchange, continuity)
  })
}

/** Tells what has arrived here, and learns by the answer what has arrived there. Without one the connection is dead. */
export function sendHeartbeat(exchange: Exchange, continuity: Continuity): void {
  // The server takes one message after another: when it answers, those before have arrived.
  const { position } = continuity
  const answered = exchange.ask(continuity.heartbeat(), ['HEARTBEAT'], () => {
    continuity.arrived(position)
  })
  answered.catch((error: unknown) => {
    if (error instanceof ClientError && error.code === 'timeout') exchange.cut(error)
  })
}
