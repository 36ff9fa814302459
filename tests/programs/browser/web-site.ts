import { once } from 'node:events'
import { createServer } from 'node:http'

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}

/** What is at a path; a promise that rejects where there is nothing. `type`: that of the file's name. */
type Find = (path: string) => { readonly type: 'html' | 'js'; readonly text: Promise<string> }

/** Serves pages on a port of 127.0.0.1, as somebody's web site; gives its origin. */
export async function serveSite(ends: (() => unknown)[], find: Find): Promise<string> {
  const server = createServer((request, response) => {
    const { type, text } = find((request.url ?? '').split('?')[0] ?? '')
    text.then(
      (found) => response.setHeader('Content-Type', TYPES[type] ?? '').end(found),
      () => response.writeHead(404).end(),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return `http://127.0.0.1:${address.port}`
}
