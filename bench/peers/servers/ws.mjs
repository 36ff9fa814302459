// A relay as one writes it with ws in an hour: who is who, and JSON from one to the other, with the sender's id in it.
// Usage, as of all servers here: node ws.mjs; the first line of the output is the port.
import { WebSocketServer } from 'ws'

const clients = new Map()
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })

server.on('connection', (socket) => {
  let id
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString())
    if (message.type === 'login') {
      id = message.id
      clients.set(id, socket)
      socket.send(JSON.stringify({ type: 'login', id }))
    } else {
      message.src = id
      clients.get(message.dst)?.send(JSON.stringify(message))
    }
  })
  socket.on('error', () => undefined)
  socket.on('close', () => clients.delete(id))
})

server.on('listening', () => console.log(server.address().port))
