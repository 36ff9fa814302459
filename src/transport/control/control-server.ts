import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Log } from '../../application/ports/system/log.ts'
import type { DispatchControl } from './dispatch.ts'
import { listenPrivately } from './private-socket.ts'
import { readInput } from './read-input.ts'
import type { Denial } from './route.ts'

export interface ControlServer {
  /** The name is gone when it returns; who is being answered still gets the answer. */
  close(): void
}

interface Limits {
  readonly maxConnections: number
  /** A request must have come within this. */
  readonly requestTimeoutMs: number
  /** How often the requests that are not complete are looked at. */
  readonly lookEveryMs: number
}

const LIMITS: Limits = { maxConnections: 32, requestTimeoutMs: 10_000, lookEveryMs: 1000 }

/** Neither side says anything: longer than any answer takes. */
const SILENCE_TIMEOUT_MS = 120_000
/** How long answers may take to leave when the daemon stops. */
const FAREWELL_MS = 1000

/** JSON over HTTP on a Unix socket. Undefined, with a warning in the log, where there can be none. */
export async function openControlServer(
  path: string,
  dispatch: DispatchControl,
  log: Log,
  limits = LIMITS,
): Promise<ControlServer | undefined> {
  const server = createServer(
    {
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.lookEveryMs,
      maxHeaderSize: 8192,
    },
    (request, response) => {
      serve(request, response, dispatch).catch((error: unknown) => {
        // The client is gone, or did not send what it said it would.
        log.debug({ err: error }, 'administration request not answered')
        response.destroy()
      })
    },
  )
  server.maxConnections = limits.maxConnections
  server.setTimeout(SILENCE_TIMEOUT_MS)
  const listening = await listenPrivately(server, path).catch((error: unknown) => ({
    ok: false as const,
    error: error instanceof Error ? error.message : String(error),
  }))
  if (!listening.ok) {
    server.close()
    log.warn({ cause: listening.error }, `no control socket: ${listening.error}`)
    return undefined
  }
  server.on('error', (error) => {
    log.error({ err: error }, 'the control socket takes no connections')
  })

  return {
    close() {
      listening.value()
      server.close()
      server.closeIdleConnections()
      setTimeout(() => {
        server.closeAllConnections()
      }, FAREWELL_MS).unref()
    },
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  dispatch: DispatchControl,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://control')
  const input = await readInput(request, searchParams)
  if (!input.ok) {
    deny(response, input.error)
    return
  }
  const { answer, afterwards } = await dispatch(request.method ?? '', pathname, input.value)
  if (afterwards !== undefined) response.on('close', afterwards)
  if (answer.ok) write(response, 200, answer.value)
  else deny(response, answer.error)
}

function deny(response: ServerResponse, { status, reason, message }: Denial): void {
  write(response, status, { error: { reason, message } })
}

// One request a connection: nothing is left to wait for at a stop.
function write(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
  response.end(`${JSON.stringify(body)}\n`)
}
