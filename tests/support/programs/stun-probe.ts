import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { on } from 'node:events'

const RETRANSMIT_MS = 50

// RFC 8489, section 5: 16 bits of type, 16 of length (here no attributes), the magic cookie, a transaction id of 96 bits.
const BINDING_REQUEST = '0001'
const BINDING_SUCCESS = '0101'
const COOKIE = '2112a442'

/** Asks a STUN server on 127.0.0.1 for a binding, again and again until it answers. Rejects when the signal aborts. */
export async function stunAnswers(port: number, signal: AbortSignal): Promise<void> {
  const transaction = randomBytes(12).toString('hex')
  const request = Buffer.from(`${BINDING_REQUEST}0000${COOKIE}${transaction}`, 'hex')
  const socket = createSocket('udp4')
  const timer = setInterval(() => {
    socket.send(request, port, '127.0.0.1')
  }, RETRANSMIT_MS)
  try {
    for await (const event of on(socket, 'message', { signal })) {
      const [answer]: unknown[] = event
      const header = Buffer.isBuffer(answer) ? answer.toString('hex', 0, 20) : ''
      if (header.startsWith(BINDING_SUCCESS) && header.endsWith(COOKIE + transaction)) return
    }
  } finally {
    clearInterval(timer)
    socket.close()
  }
}
