import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { type ServerOptions, WebSocketServer } from 'ws'

export interface EngineOptions {
  readonly path: string
  readonly maxFrameBytes: number
  readonly pingIntervalMs: number
  readonly pingTimeoutMs: number
  readonly loginTimeoutMs: number
  readonly bodyTimeoutMs: number
  readonly lingerTimeoutMs: number
}

/** Of one message. Each costs `ws` an object until the last has come. */
const MAX_FRAGMENTS = 64

/** Reads of which a message may consist. */
const MAX_CHUNKS = 4096

/** How long the change from long polls to a WebSocket may take. */
const UPGRADE_TIMEOUT_MS = 10_000

/** Socket.IO, which hears of nothing but what it is handed. */
export function createEngine(options: EngineOptions): Server {
  const { path, lingerTimeoutMs, maxFrameBytes } = options
  const io = new Server({
    path,
    serveClient: false,
    transports: ['polling', 'websocket'],
    connectTimeout: options.loginTimeoutMs,
    pingInterval: options.pingIntervalMs,
    pingTimeout: options.pingTimeoutMs,
    upgradeTimeout: UPGRADE_TIMEOUT_MS,
    maxHttpBufferSize: maxFrameBytes,
    maxBufferedChunks: MAX_CHUNKS,
    httpRequestBodyTimeout: options.bodyTimeoutMs,
    perMessageDeflate: false,
    httpCompression: false,
    cookie: false,
    wsEngine: class extends WebSocketServer {
      constructor(given: ServerOptions) {
        // By a name of its own: @types/ws does not know all of them yet.
        const more = {
          ...given,
          autoPong: false,
          maxFragments: MAX_FRAGMENTS,
          closeTimeout: lingerTimeoutMs,
        }
        super(more)
      }
    },
  })
  // A server that never listens: requests and upgrades are handed over one by one, after they have been looked at.
  io.attach(createServer())
  return io
}
