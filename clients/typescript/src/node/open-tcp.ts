import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { RoomRtcError } from '../error.ts'
import type { Line, LineEvents, LineOptions } from '../line/line.ts'
import { fromBytes, toBytes } from '../wire/binary.ts'
import type { Message } from '../wire/message.ts'
import { FrameReader, LENGTH_BYTES } from './frame-reader.ts'

/** `tcp://host:port` or `tls://host:port`. */
export function openTcp(url: URL, { ca }: LineOptions, events: LineEvents): Line {
  const socket = open(url, ca)
  socket.setNoDelay()
  const reader = new FrameReader()
  let opened = false
  let over = false
  let failure: Error | undefined
  // What is received may end it.
  const isOver = () => over

  function end(why: RoomRtcError): void {
    if (over) return
    over = true
    socket.destroy()
    events.ended(why)
  }

  socket.once(url.protocol === 'tls:' ? 'secureConnect' : 'connect', () => {
    if (over) return
    opened = true
    events.opened()
  })
  socket.on('data', (chunk: Buffer) => {
    const messages: Message[] = []
    let fault: unknown
    try {
      for (const frame of reader.read(chunk)) {
        const message = fromBytes(frame)
        if (message !== undefined) messages.push(message)
      }
    } catch (error) {
      fault = error
    }
    for (const message of messages) if (!isOver()) events.received(message)
    if (fault !== undefined)
      end(new RoomRtcError('not_understood', 'the server sent what is no message', { cause: fault }))
  })
  socket.on('error', (error) => (failure = error))
  socket.once('close', () => {
    const why = failure === undefined ? 'the other side has closed it' : failure.message
    end(
      opened
        ? new RoomRtcError('closed', `the connection has ended: ${why}`, { cause: failure })
        : new RoomRtcError('unreachable', `cannot connect to ${url.host}: ${why}`, { cause: failure }),
    )
  })
  return {
    send: (message) => {
      if (!opened || over) return
      const bytes = toBytes(message, LENGTH_BYTES)
      new DataView(bytes.buffer).setUint32(0, bytes.length - LENGTH_BYTES)
      socket.write(bytes)
    },
    close: () => socket.end(),
    cut: () => {
      end(new RoomRtcError('closed', 'the connection was cut'))
    },
  }
}

function open({ protocol, hostname, port }: URL, ca: string | undefined): Socket {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  if (port === '') throw new RoomRtcError('wrong_state', `${protocol}//${hostname} needs a port, as 8080`)
  if (protocol === 'tcp:') return connectTcp({ host, port: Number(port) })
  const trust = ca === undefined ? {} : { ca }
  // A name is told to the server (SNI) unless it is an address.
  const name = /^[\d.]+$|:/.test(host) ? {} : { servername: host }
  return connectTls({ host, port: Number(port), ...trust, ...name })
}
