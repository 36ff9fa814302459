import { connect as connectTcp, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, rootCertificates, type TLSSocket } from 'node:tls'
import { WebSocket } from 'ws'
import { LENGTH_BYTES } from '../../protocol/framing/frame.ts'
import { Line } from './line.ts'
import type { Target } from './target.ts'
import { within } from './within.ts'

/** How TLS is looked at: never refused by Node itself, so that everything that is wrong can be told. */
export interface TlsOptions {
  /** PEM, beside those that the system trusts. */
  readonly ca: string | undefined
}

export interface Opened {
  readonly line: Line
  /** Where it speaks TLS. */
  readonly tls: TLSSocket | undefined
}

/** Resolves when it is connected, and has shaken hands. */
export async function openSocketLine(
  { host, port }: Target,
  tls: TlsOptions | undefined,
  ms: number,
): Promise<Opened> {
  const secure = tls === undefined ? undefined : tlsSocket(host, port, tls)
  const socket: Duplex = secure ?? connectTcp({ host, port, noDelay: true })
  const line = new Line(
    (frame) => socket.write(frame),
    () => socket.destroy(),
  )
  const connected = new Promise<void>((resolve, reject) => {
    socket.once(secure === undefined ? 'connect' : 'secureConnect', resolve)
    socket.on('error', (error) => {
      reject(error)
      line.lose(error)
    })
    socket.once('close', () => {
      const error = new Error('the server has closed the connection')
      reject(error)
      line.lose(error)
    })
  })
  socket.on('data', (bytes: Buffer) => {
    line.receive(bytes)
  })
  await within(ms, 'a connection', connected, () => socket.destroy())
  return { line, tls: secure }
}

export function tlsSocket(host: string, port: number, { ca }: TlsOptions): TLSSocket {
  return connectTls({
    host,
    port,
    rejectUnauthorized: false,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  })
}

/** By the subprotocol roomrtc.binary. */
export async function openWebSocketLine(url: string, ms: number): Promise<Line> {
  const socket = new WebSocket(url, 'roomrtc.binary', {
    rejectUnauthorized: false,
    perMessageDeflate: false,
    handshakeTimeout: ms,
  })
  // A message is a frame without its length.
  const line = new Line(
    (frame) => {
      socket.send(frame.subarray(LENGTH_BYTES))
    },
    () => {
      socket.terminate()
    },
  )
  socket.on('message', (data) => {
    if (!Buffer.isBuffer(data)) return
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(data.length)
    line.receive(Buffer.concat([length, data]))
  })
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.on('error', (error) => {
      reject(error)
      line.lose(error)
    })
    socket.once('close', (code) => {
      line.lose(new Error(`the server has closed the WebSocket (${code})`))
    })
  })
  await within(ms, 'a WebSocket', opened, () => {
    socket.terminate()
  })
  return line
}
