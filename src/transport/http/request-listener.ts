import type { RequestListener } from 'node:http'
import { getRequestListener, RequestError } from '@hono/node-server'
import type { Log } from '../../application/ports/system/log.ts'
import { refusedWith } from './answers.ts'
import type { App } from './app.ts'

/** Between Node's requests and the app: what has no address that can be read never gets to the app. */
export function makeRequestListener(app: Pick<App, 'fetch'>, log: Log): RequestListener {
  const answer = getRequestListener(app.fetch, {
    // Those of Node do for all that is ours.
    overrideGlobalObjects: false,
    errorHandler(error) {
      const isTheirs = error instanceof RequestError
      if (!isTheirs) log.error({ err: error }, 'fault while answering a request')
      const { code, body } = refusedWith({ reason: isTheirs ? 'malformed_request' : 'internal' })
      // Nothing has been charged for it: at least it costs a connection.
      return Response.json(body, { status: code, headers: { Connection: 'close' } })
    },
  })
  return (request, response) => void answer(request, response)
}
