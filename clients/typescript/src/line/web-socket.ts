import { RoomRtcError } from '../error.ts'
import { fromBytes, toBytes } from '../wire/binary.ts'
import type { Message } from '../wire/message.ts'
import { fromText, toText } from '../wire/text.ts'
import type { Line, LineEvents, LineOptions } from './line.ts'
import type { WebSocketConstructor } from './web-socket-like.ts'

export function openWebSocket(
  url: string,
  { subprotocol, WebSocket = ownWebSocket() }: LineOptions,
  events: LineEvents,
): Line {
  if (WebSocket === undefined) {
    const cure = 'use Node 22, tcp:// or tls://, or give one in `surroundings`'
    throw new RoomRtcError('wrong_state', `this program has no WebSocket for ${url}: ${cure}`)
  }
  const socket = new WebSocket(url, [subprotocol])
  socket.binaryType = 'arraybuffer'
  let opened = false
  let over = false

  function end(why: RoomRtcError): void {
    if (over) return
    over = true
    events.ended(why)
  }

  function cut(): void {
    if (socket.terminate === undefined) socket.close()
    else socket.terminate()
    end(new RoomRtcError('closed', 'the connection was cut'))
  }

  socket.onopen = () => {
    if (over) return
    opened = true
    events.opened()
  }
  socket.onmessage = ({ data }: { readonly data: unknown }) => {
    if (over) return
    let message: Message | undefined
    try {
      message = typeof data === 'string' ? fromText(data) : fromBytes(bytesOf(data))
    } catch (cause) {
      end(new RoomRtcError('not_understood', 'the server sent what is no message', { cause }))
      cut()
      return
    }
    if (message !== undefined) events.received(message)
  }
  // 'close' follows, and says no less.
  socket.onerror = () => undefined
  socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => {
    const how = `code ${code}${reason === '' ? '' : `, ${reason}`}`
    end(
      opened
        ? new RoomRtcError('closed', `the connection has ended: ${how}`)
        : new RoomRtcError('unreachable', `cannot connect to ${url}: ${how}`),
    )
  }
  return {
    send: (message) => {
      if (opened && !over) socket.send(subprotocol === 'roomrtc.json' ? toText(message) : toBytes(message))
    },
    close: () => {
      socket.close(1000)
    },
    cut,
  }
}

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  throw new TypeError('neither text nor bytes')
}

/** That of browsers, and of Node from 22 on. */
function ownWebSocket(): WebSocketConstructor | undefined {
  const found: unknown = Reflect.get(globalThis, 'WebSocket')
  return isWebSocket(found) ? found : undefined
}

function isWebSocket(found: unknown): found is WebSocketConstructor {
  return typeof found === 'function'
}
