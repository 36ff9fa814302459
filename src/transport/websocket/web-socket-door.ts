import type { IncomingMessage } from 'node:http'
import { WebSocketServer } from 'ws'
import type { Result } from '../../domain/result.ts'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import { presentRefusal, type WireRefusal } from '../../session/conversation/present-refusal.ts'
import { addressKey } from '../admission/address/address-key.ts'
import type { IsAllowedOrigin } from '../admission/origins.ts'
import type { Peer } from '../admission/peer.ts'
import { answerAndEnd, type RawAnswer } from '../admission/raw-answer.ts'
import type { Entry, Reception } from '../admission/reception.ts'
import type { UpgradeDoor } from '../admission/upgrade-door.ts'
import type { ConnectionContext } from '../connection/connection.ts'
import { type Gate, openGate } from '../connection/gate.ts'
import { MessageWriter } from './message-writer.ts'
import { openConnection, type Speech, type Upgraded } from './open-connection.ts'
import { OrderedWebSocket } from './ordered-web-socket.ts'
import { choose } from './subprotocol.ts'

export interface DoorOptions extends Omit<ConnectionContext, 'reception'> {
  readonly path: string
  readonly reception: Reception
  /** What a client that asks so is to speak, or why it is not let in. */
  readonly speechOf: (request: IncomingMessage) => Result<Speech, RawAnswer>
  readonly gate: Gate
  readonly isAllowedOrigin: IsAllowedOrigin
  /** How long a peer may take to read our last word. */
  readonly lingerTimeoutMs: number
}

/** Of one message. Each costs `ws` an object until the last has come. */
const MAX_FRAGMENTS = 1024

/** Reads of which a frame may consist: a frame of 1 MiB that comes in the smallest packets of the net takes 2,000. */
const MAX_READS = 4096

const BAD_REQUEST = { code: 400, name: 'Bad Request', error: 'malformed_request' }

/** The door of browsers: connections of HTTP that become WebSockets. */
export function createWebSocketDoor(options: DoorOptions): UpgradeDoor {
  const { path, reception, speechOf, isAllowedOrigin, lingerTimeoutMs } = options
  // By a name of its own: @types/ws does not know all of them yet.
  const serverOptions = {
    noServer: true,
    WebSocket: OrderedWebSocket,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    // The limit is kept by FrameWatch, and this is never reached.
    maxPayload: 2 * options.limits.maxFrameBytes,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_READS,
    closeTimeout: lingerTimeoutMs,
    handleProtocols: (offered: Set<string>) => choose(offered)?.name ?? false,
  }
  const server = new WebSocketServer(serverOptions)
  server.on('wsClientError', (error, socket) => {
    answerAndEnd(socket, { ...BAD_REQUEST, message: error.message })
  })

  return {
    path,

    upgrade(request, socket, head, client) {
      const speech = speechOf(request)
      if (!reception.mayShakeHands(socket, client)) socket.destroy()
      else if (!speech.ok) answerAndEnd(socket, speech.error)
      else
        server.handleUpgrade(request, socket, head, (webSocket) => {
          enter({ webSocket, speech: speech.value, socket }, request, client)
        })
    },
  }

  function enter(upgraded: Upgraded, { headers }: IncomingMessage, client: Peer): void {
    const entry: Entry = {
      open: (id) => openConnection(id, upgraded, options, client),
      turnAway: (refusal) => {
        turnAway(upgraded, refusal)
      },
    }
    const { socket } = upgraded
    if (isAllowedOrigin(headers.origin, headers.host)) reception.enter(socket, client, entry)
    else {
      const reason = 'forbidden_origin'
      const address = addressKey(client.address)
      options.endpoint.securityLog.write({ event: 'origin_refused', reason, address })
      reception.refuse(socket, client, { reason }, entry)
    }
  }
}

function turnAway({ webSocket, speech, socket }: Upgraded, refusal: WireRefusal): void {
  webSocket.on('error', ignore)
  const messages = new MessageWriter(webSocket, speech.subprotocol, socket, openGate)
  const writer = speech.translation?.writer(messages) ?? messages
  for (const message of presentRefusal(refusal, { negotiated: false })) writer.write(encodeMessage(message))
  writer.end(refusal.reason)
}

function ignore(): void {
  // What it still sends is of no interest.
}
