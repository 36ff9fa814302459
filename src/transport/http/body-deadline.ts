import type { IncomingMessage, Server } from 'node:http'

/**
 * Where some bodies may take long, Node's own deadline cannot be on: this gives one to the others, with the same end as
 * Node's. `ms`: from the head of a request to the last byte of its body.
 */
export function watchBodies(
  http: Server,
  ms: number,
  takesLong: (request: IncomingMessage) => boolean,
): void {
  http.prependListener('request', (request: IncomingMessage) => {
    const { headers, socket } = request
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
    if (!hasBody || takesLong(request)) return
    const late = setTimeout(() => {
      const error = Object.assign(new Error('the body is late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
      if (!request.complete) http.emit('clientError', error, socket)
    }, ms)
    request.once('close', () => {
      clearTimeout(late)
    })
  })
}
