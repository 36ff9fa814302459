import type { Socket } from 'node:net'
import { ProtocolError } from '../../protocol/framing/protocol-error.ts'
import type { Peer } from '../admission/peer.ts'
import { Connection, type ConnectionContext } from '../connection/connection.ts'
import type { FrameWriter } from '../connection/frame-writer.ts'
import type { Gate } from '../connection/gate.ts'
import type { Intake } from '../connection/line.ts'
import { MessageIntake } from './message-intake.ts'
import { MessageListener } from './message-listener.ts'
import { MessageWriter } from './message-writer.ts'
import type { OrderedWebSocket } from './ordered-web-socket.ts'
import type { Subprotocol } from './subprotocol.ts'
import { WebSocketLine } from './web-socket-line.ts'

export interface Upgraded {
  readonly webSocket: OrderedWebSocket
  readonly speech: Speech
  readonly socket: Socket
}

/** What is said over a WebSocket, and how it becomes frames and is made of them. */
export interface Speech {
  readonly subprotocol: Subprotocol
  /** Where not every message is a frame. */
  readonly translation?: Translation
}

interface Translation {
  intake(messages: MessageIntake): Intake
  writer(messages: FrameWriter): FrameWriter
  /** The connection is there, and has a place a moment later. */
  begin(connection: Connection): void
}

/** Messages in, messages out. */
export function openConnection(
  id: number,
  { webSocket, speech, socket }: Upgraded,
  context: ConnectionContext & { readonly gate: Gate },
  peer: Peer,
): Connection {
  const { subprotocol, translation } = speech
  const intake = new MessageIntake(subprotocol, context.limits)
  const writer = new MessageWriter(webSocket, subprotocol, socket, context.gate)
  const { watch } = intake
  const line = new WebSocketLine(webSocket, subprotocol, {
    messages: writer,
    intake: translation?.intake(intake) ?? intake,
    writer: translation?.writer(writer) ?? writer,
  })
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
  translation?.begin(connection)
  return connection
}
