import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * On 127.0.0.1, for a program that cannot take port 0. Ports below 32768 are given to nobody who asks for any port (Linux's
 * default), so none is lost between here and the program's own bind.
 */
export async function findFreePort(kind: 'udp' | 'tcp' | 'both', attempts = 100): Promise<number> {
  const port = randomInt(20_000, 32_768)
  const sockets = [
    ...(kind === 'tcp' ? [] : [createSocket('udp4').bind(port, '127.0.0.1')]),
    ...(kind === 'udp' ? [] : [createServer().listen(port, '127.0.0.1')]),
  ]
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'listening')))
    return port
  } catch (error) {
    if (attempts === 1) throw error
  } finally {
    for (const socket of sockets) socket.on('error', () => undefined).close()
  }
  return findFreePort(kind, attempts - 1)
}
