import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

const APPLICATION_DATA = 23

export interface RecordTap {
  readonly port: number
  /** How many application data records the server has sent; before TLS 1.3 the type is in the clear. */
  count(): number
  close(): Promise<void>
}

/** Stands between a client and a TLS server and counts the server's records. */
export async function tapRecords(serverPort: number): Promise<RecordTap> {
  const sockets = new Set<Socket>()
  let records = 0
  const server = createServer((client) => {
    const upstream = connect({ port: serverPort, host: '127.0.0.1' })
    let rest = Buffer.alloc(0)
    upstream.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 5 && rest.length >= 5 + rest.readUInt16BE(3)) {
        if (rest.readUInt8(0) === APPLICATION_DATA) records++
        rest = rest.subarray(5 + rest.readUInt16BE(3))
      }
    })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream)
    upstream.pipe(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server.address()),
    count: () => records,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
