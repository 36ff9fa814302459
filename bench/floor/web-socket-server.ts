// The floor for WebSockets: the least that a server made with `ws` does. In roomrtc.binary it looks at the type byte of what
// it relays; in roomrtc.json it parses and writes each message, as such servers do. It checks nothing.
// Usage: node web-socket-server.js roomrtc.json|roomrtc.binary; the first line of the output is the port.
import { createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import { HEADER_BYTES, T } from '../shared/wire.ts'
import { answer } from './answer.ts'
import { type Client, online } from './client.ts'

const LENGTH_BYTES = 4
const names = new Map<number, string>(Object.entries(T).map(([name, code]) => [code, name]))
const codes = new Map<string, number>(Object.entries(T))
const sockets = new WeakMap<Client, WebSocket>()
const typed = z.looseObject({ type: z.string() })

const isJson = process.argv[2] === 'roomrtc.json'

function serve(socket: WebSocket): void {
  const client: Client = {
    socket: {
      write: isJson
        ? (frame) => {
            socket.send(asText(frame))
          }
        : (frame) => {
            socket.send(frame.subarray(LENGTH_BYTES))
          },
    },
    user_id: '',
    username: '',
    peer: undefined,
  }
  sockets.set(client, socket)
  socket.on(
    'message',
    isJson
      ? (data: Buffer) => {
          takeText(client, data)
        }
      : (data: Buffer) => {
          takeBinary(client, data)
        },
  )
  socket.on('error', () => undefined)
  socket.on('close', () => online.delete(client.user_id))
}

function takeBinary(client: Client, data: Buffer): void {
  const type = data[0] ?? 0
  if (isSignal(type)) peerOf(client)?.send(data)
  else answer(client, type, data.toString('utf8', 1))
}

function takeText(client: Client, data: Buffer): void {
  const message: unknown = JSON.parse(data.toString())
  const name = typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined
  const type = typeof name === 'string' ? (codes.get(name) ?? 0) : 0
  if (isSignal(type)) peerOf(client)?.send(JSON.stringify(message))
  else answer(client, type, JSON.stringify(typed.parse(message)))
}

function isSignal(type: number): boolean {
  return type === T.ICE_CANDIDATE || type === T.SDP_OFFER || type === T.SDP_ANSWER
}

function peerOf({ peer }: Client): WebSocket | undefined {
  return peer === undefined ? undefined : sockets.get(peer)
}

function asText(frame: Buffer): string {
  const type = names.get(frame[LENGTH_BYTES] ?? 0)
  return `{"type":"${type ?? ''}",${frame.toString('utf8', HEADER_BYTES + 1)}`
}

const server = createServer()
new WebSocketServer({
  server,
  perMessageDeflate: false,
  handleProtocols: (offered) => [...offered][0] ?? false,
}).on('connection', serve)
server.listen(0, '127.0.0.1', 4096, () => {
  const address = server.address()
  if (typeof address === 'object') console.log(address?.port)
})
