import type { Socket } from 'node:net'
import { FrameDecoder } from '../../protocol/framing/frame-decoder.ts'
import type { Peer } from '../admission/peer.ts'
import { Connection, type ConnectionContext } from '../connection/connection.ts'
import type { FrameWriter } from '../connection/frame-writer.ts'
import { TcpLine } from './tcp-line.ts'

/** Bytes in, frames out. */
export function openConnection(
  id: number,
  socket: Socket,
  writer: FrameWriter,
  context: ConnectionContext,
  peer: Peer,
): Connection {
  const { maxFrameBytes, maxFrameBytesBeforeLogin } = context.limits
  const decoder = new FrameDecoder(maxFrameBytes, maxFrameBytesBeforeLogin)
  // Only from here on: a peer that leaves in the midst of its TLS handshake is to be gone at once.
  socket.allowHalfOpen = true
  const connection = new Connection(id, socket, new TcpLine(socket, decoder, writer), context, peer)
  socket.on('data', (chunk) => {
    if (!connection.hears()) return
    decoder.push(chunk)
    connection.proceed()
  })
  return connection
}
