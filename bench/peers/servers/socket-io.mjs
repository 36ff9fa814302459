// A relay as one writes it with socket.io: a room for each user, and an event for each kind of message. With REDIS_URL it is
// one of several servers that publish to each other.
import { createServer } from 'node:http'
import { createAdapter } from '@socket.io/redis-adapter'
import { createClient } from 'redis'
import { Server } from 'socket.io'

const { REDIS_URL } = process.env
const http = createServer()
const io = new Server(http, { transports: ['websocket'] })
if (REDIS_URL !== undefined) {
  const publisher = createClient({ url: REDIS_URL })
  const subscriber = publisher.duplicate()
  await Promise.all([publisher.connect(), subscriber.connect()])
  io.adapter(createAdapter(publisher, subscriber))
}

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
