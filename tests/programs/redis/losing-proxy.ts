import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/** A way to Redis on which an answer gets lost. */
export interface LosingProxy {
  readonly port: number
  /** Of the next command with this word in it: it is carried out, and the connection is cut when its answer comes. */
  readonly loseAnswerTo: (word: string) => void
  readonly lost: () => number
}

export async function startLosingProxy(ends: (() => unknown)[], toPort: number): Promise<LosingProxy> {
  let [word, lost]: [string | undefined, number] = [undefined, 0]
  const server = createServer((client) => {
    const redis = connect(toPort, '127.0.0.1')
    let loses = false
    for (const [from, to] of [
      [client, redis],
      [redis, client],
    ] as const) {
      from.on('error', () => undefined)
      from.on('close', () => to.destroy())
      ends.push(() => from.destroy())
    }
    client.on('data', (bytes) => {
      if (word !== undefined && bytes.includes(word)) {
        word = undefined
        loses = true
      }
      redis.write(bytes)
    })
    redis.on('data', (bytes) => {
      if (!loses) {
        client.write(bytes)
        return
      }
      lost += 1
      redis.destroy()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return {
    port: address.port,
    loseAnswerTo(some) {
      word = some
    },
    lost: () => lost,
  }
}
