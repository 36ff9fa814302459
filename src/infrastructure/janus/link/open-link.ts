import { once } from 'node:events'
import { WebSocket } from 'ws'
import { readIncoming } from './incoming.ts'
import { JanusLink, type LinkOptions } from './link.ts'

const OPEN_MS = 5000

/** A list of all rooms may be long. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024

/** Rejects when there is no Janus, when it does not want this server, or when the signal aborts. */
export async function openLink(url: string, options: LinkOptions, signal: AbortSignal): Promise<JanusLink> {
  const socket = new WebSocket(url, 'janus-protocol', {
    // What follows from one message is done before the next one is heard.
    allowSynchronousEvents: false,
    followRedirects: false,
    handshakeTimeout: OPEN_MS,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  })
  try {
    await once(socket, 'open', { signal })
  } catch (error) {
    socket.on('error', () => undefined).terminate()
    throw error
  }
  const link = new JanusLink(socket, options)
  socket.on('message', (bytes, isBinary) => {
    const message = isBinary || !Buffer.isBuffer(bytes) ? undefined : readIncoming(bytes.toString())
    if (message === undefined) link.close('this is no Janus: what it says is not understood')
    else link.receive(message)
  })
  const stop = (): void => {
    link.close('this server ends')
  }
  signal.addEventListener('abort', stop)
  void link.closed.then(() => {
    signal.removeEventListener('abort', stop)
  })
  try {
    await link.begin()
  } catch (error) {
    link.close('it was not wanted')
    throw error
  }
  return link
}
