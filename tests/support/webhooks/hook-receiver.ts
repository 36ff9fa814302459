import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { z } from 'zod'

const received = z.object({
  id: z.string(),
  type: z.string(),
  time: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
})

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly event: z.output<typeof received>
}

/** A program that is told of events. `answer`: by default it takes them. */
export async function startHookReceiver(
  ends: (() => unknown)[],
  answer: (response: ServerResponse, count: number) => void = (response) => {
    response.writeHead(204).end()
  },
) {
  const requests: Received[] = []
  const server = createServer((request, response) => {
    void read(request).then((text) => {
      const { url: path = '', headers } = request
      requests.push({ path, headers, text, event: received.parse(JSON.parse(text)) })
      answer(response, requests.length)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it listens on a port')
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    requests,
    types: () => requests.map(({ event }) => event.type),
  }
}

async function read(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
