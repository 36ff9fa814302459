import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'

const FOLDER = new URL('../../../clients/typescript/dist/', import.meta.url)
/** What a bundler would find in the package. */
const IMPORTS = {
  imports: {
    'roomrtc-client': '/package/index.js',
    'roomrtc-client/media': '/package/media/index.js',
  },
}

/** Serves one page that imports the package for clients, as somebody's web site; gives its origin. */
export async function servePackagePage(ends: (() => unknown)[], page: () => string): Promise<string> {
  const server = createServer((request, response) => {
    const file = /^\/package\/(?<path>[\w/-]+\.js)$/.exec(request.url ?? '')?.groups?.['path']
    if (file === undefined) {
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      response.end(`<script type="importmap">${JSON.stringify(IMPORTS)}</script>\n${page()}`)
      return
    }
    readFile(new URL(file, FOLDER)).then(
      (text) => response.setHeader('Content-Type', 'text/javascript; charset=utf-8').end(text),
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
