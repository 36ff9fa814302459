import type { Server, Socket } from 'socket.io'
import type { SocketIoClient } from './client.ts'
import { type Fault, faultBy } from './fault.ts'

/** Who enters the one namespace that there is, with a token in its handshake or without. */
export function letIn(io: Server, clientOf: (socket: Socket) => SocketIoClient | undefined): void {
  io.use((socket, next) => {
    void enter(socket).then((fault) => {
      if (fault === undefined) next()
      else next(Object.assign(new Error(fault.error), { data: fault }))
    })
  })
  io.on('connection', (socket) => {
    const client = clientOf(socket)
    if (client === undefined || client.isOver) socket.disconnect(true)
    else if (client.isLoggedIn) client.conversation.tellRegistered()
  })

  async function enter(socket: Socket): Promise<Fault | undefined> {
    const client = clientOf(socket)
    if (client?.claim(socket) !== true) {
      client?.conversation.ignore()
      return { reason: 'already_connected', error: 'This connection has entered already, or is about to end' }
    }
    const token: unknown = socket.handshake.auth['token']
    // Pages that have none write it so.
    if (token === undefined || token === null || token === '') return undefined
    const fault =
      typeof token === 'string'
        ? await client.conversation.logIn(token)
        : faultBy({ reason: 'invalid_field', detail: 'auth: "token" is to be a string' })
    if (fault !== undefined) client.release()
    return fault
  }
}
