// A relay as one writes it with socket.io: a room for each user, and an event for each kind of message.
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const http = createServer()
const io = new Server(http, { transports: ['websocket'] })

io.on('connection', (socket) => {
  const { id } = socket.handshake.auth
  socket.join(id)
  for (const event of ['candidate', 'offer', 'answer']) {
    socket.on(event, (message) => {
      message.from = id
      io.to(message.to).emit(event, message)
    })
  }
})

http.listen(0, '127.0.0.1', () => console.log(http.address().port))
