import { WebSocket } from 'ws'
import type { SocketIoClient } from './client.ts'
import type { EngineConnection } from './engine-line.ts'

/** Pings and pongs of the WebSocket itself, which clients of Socket.IO never send: they cost, and nobody answers. */
export function chargePings({ transport }: EngineConnection, client: SocketIoClient): void {
  const socket: unknown = 'socket' in transport ? transport.socket : undefined
  if (!(socket instanceof WebSocket)) return
  const charge = (): void => {
    if (!client.isOver) client.conversation.ignore()
  }
  socket.on('ping', charge)
  socket.on('pong', charge)
}
