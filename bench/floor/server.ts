// The floor: the least that a node:net server can do and still carry a v1 call. It cuts frames by their length, looks
// inside nothing that it relays, writes each frame by itself, merges nothing and checks nothing.
// Usage: node server.js [certificate.pem key.pem]; the first line of the output is the port.
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { frameReader } from '../shared/frame-reader.ts'
import { HEADER_BYTES, T } from '../shared/wire.ts'
import { answer } from './answer.ts'
import { type Client, online } from './client.ts'

function serve(socket: Socket): void {
  const client: Client = { socket, user_id: '', username: '', peer: undefined }
  socket.on(
    'data',
    frameReader((type, bytes, start, end) => {
      if (type === T.ICE_CANDIDATE || type === T.SDP_OFFER || type === T.SDP_ANSWER) {
        client.peer?.socket.write(bytes.subarray(start, end))
      } else {
        answer(client, type, bytes.toString('utf8', start + HEADER_BYTES, end))
      }
    }),
  )
  socket.on('error', () => undefined)
  socket.on('close', () => online.delete(client.user_id))
}

const [, , cert, key] = process.argv
const server =
  cert === undefined || key === undefined
    ? createServer({ noDelay: true }, serve)
    : createTlsServer({ noDelay: true, cert: readFileSync(cert), key: readFileSync(key) }, serve)

server.listen(0, '127.0.0.1', 4096, () => {
  const address = server.address()
  if (typeof address === 'object') console.log(address?.port)
})
