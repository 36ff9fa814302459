import type { Socket } from 'node:net'
import { ProtocolError } from '../../protocol/framing/protocol-error.ts'
import type { Peer } from '../admission/peer.ts'
import { Connection, type ConnectionContext } from '../connection/connection.ts'
import type { Gate } from '../connection/gate.ts'
import { MessageIntake } from './message-intake.ts'
import { MessageListener } from './message-listener.ts'
import { MessageWriter } from './message-writer.ts'
import type { OrderedWebSocket } from './ordered-web-socket.ts'
import type { Subprotocol } from './subprotocol.ts'
import { WebSocketLine } from './web-socket-line.ts'

export interface Upgraded {
  readonly webSocket: OrderedWebSocket
  readonly subprotocol: Subprotocol
  readonly socket: Socket
}

/** Messages in, messages out. */
export function openConnection(
  id: number,
  { webSocket, subprotocol, socket }: Upgraded,
  context: ConnectionContext & { readonly gate: Gate },
  peer: Peer,
): Connection {
  const intake = new MessageIntake(subprotocol, context.limits)
  const writer = new MessageWriter(webSocket, subprotocol, socket, context.gate)
  const { watch } = intake
  const line = new WebSocketLine(webSocket, subprotocol, intake, writer)
  const connection = new Connection(id, socket, line, context, peer)

  // Before `ws` gets to see it.
  socket.prependListener('data', (chunk: Buffer) => {
    if (!connection.hears()) return
    try {
      watch.see(chunk)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      connection.broken(error)
      return
    }
    connection.isMidFrame(watch.isMidFrame)
    // What comes before the close frame comes first.
    if (watch.hasClosed)
      process.nextTick(() => {
        connection.inputOver()
      })
  })
  webSocket.listener = new MessageListener(connection, intake, writer)
  return connection
}
