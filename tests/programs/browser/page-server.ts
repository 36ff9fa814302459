import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}

/** Serves the example page on a port of 127.0.0.1, as somebody's web site; gives its origin. */
export async function servePage(ends: (() => unknown)[]): Promise<string> {
  const server = createServer((request, response) => {
    const name =
      /^\/(?<name>[a-z]+\.(?:html|js))(?:\?|$)/.exec(request.url ?? '')?.groups?.['name'] ?? 'index.html'
    readFile(new URL(`page/${name}`, import.meta.url)).then(
      (file) => response.setHeader('Content-Type', TYPES[name.split('.')[1] ?? ''] ?? '').end(file),
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
