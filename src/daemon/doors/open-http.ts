import type { SocketIoDoor } from '../../transport/socketio/socket-io-door.ts'
import type { PageFiles } from '../../transport/http/page-file.ts'
import type { FileDoor } from './make-file-door.ts'
import type { HttpDoor, HttpParts } from './make-http.ts'

/** The door of browsers and scripts, if the configuration has one. What it is made of is loaded only then. */
export async function openHttp(parts: HttpParts): Promise<HttpDoor | undefined> {
  if (!parts.config.http.enable) return undefined
  const { makeHttp } = await import('./make-http.ts')
  const [socketIo, page, fileDoor] = await Promise.all([
    openSocketIo(parts),
    openPage(parts),
    openFileDoor(parts),
  ])
  return makeHttp(parts, { socketIo, page, fileDoor })
}

async function openPage({ config, log }: HttpParts): Promise<PageFiles | undefined> {
  if (!config.http.serve_web) return undefined
  const { loadPage } = await import('../page/load-page.ts')
  return loadPage(config, log)
}

/** Few want it, and it brings packages of its own. */
async function openSocketIo(parts: HttpParts): Promise<SocketIoDoor | undefined> {
  if (!parts.config.http.socket_io) return undefined
  const { makeSocketIoDoor } = await import('./make-socket-io-door.ts')
  return makeSocketIoDoor(parts)
}

async function openFileDoor({ files, ...parts }: HttpParts): Promise<FileDoor | undefined> {
  if (files === undefined) return undefined
  const { makeFileDoor } = await import('./make-file-door.ts')
  return makeFileDoor({ ...parts, files })
}
