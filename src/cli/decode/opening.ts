/** More than a handshake of a WebSocket has. */
const MAX_HEAD_BYTES = 16_384
const HEAD_END = '\r\n\r\n'
const BEGINNINGS = ['GET ', 'HTTP/1.1 101']

/** How a direction of a connection begins. */
export type Opening =
  | { readonly kind: 'frames' }
  /** `length`: of the handshake. `named`: it names a subprotocol of ours. */
  | { readonly kind: 'web_socket'; readonly length: number; readonly named: boolean }

/** Undefined while too little has come to say. */
export function openingOf(begin: Buffer): Opening | undefined {
  const text = begin.toString('latin1', 0, MAX_HEAD_BYTES)
  const beginning = BEGINNINGS.find((one) => one.startsWith(text.slice(0, one.length)))
  if (beginning === undefined) return { kind: 'frames' }
  const end = text.indexOf(HEAD_END)
  if (end < 0) return begin.length < MAX_HEAD_BYTES ? undefined : { kind: 'frames' }
  const head = text.slice(0, end)
  if (!/^upgrade:\s*websocket\s*$/im.test(head)) return { kind: 'frames' }
  const named = /^sec-websocket-protocol:.*\broomrtc\.(?:json|binary)\b/im.test(head)
  return { kind: 'web_socket', length: end + HEAD_END.length, named }
}
