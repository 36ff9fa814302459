import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import type { Socket } from 'socket.io'
import { err, ok, type Result } from '../../domain/result.ts'
import type { WireRefusal } from '../../session/conversation/present-refusal.ts'
import { addressKey } from '../admission/address/address-key.ts'
import type { IsAllowedOrigin } from '../admission/origins.ts'
import type { Peer } from '../admission/peer.ts'
import type { Reception } from '../admission/reception.ts'
import type { UpgradeDoor } from '../admission/upgrade-door.ts'
import { type ClientContext, SocketIoClient } from './client.ts'
import { createEngine, type EngineOptions } from './engine.ts'
import type { EngineConnection } from './engine-line.ts'
import { letIn } from './let-in.ts'
import { allowOrigin, answerPreflight, refuse, refuseUpgrade } from './plain-answers.ts'
import { chargePings } from './charge-pings.ts'
import { watchSize } from './watch-size.ts'

export interface SocketIoDoorOptions extends Omit<ClientContext, 'reception'> {
  readonly reception: Reception
  readonly isAllowedOrigin: IsAllowedOrigin
  readonly engine: EngineOptions
}

export interface SocketIoDoor extends UpgradeDoor {
  request(request: IncomingMessage, response: ServerResponse, client: Peer): void
  /** Resolves when the last connection has ended; each is told to go by the reception. */
  close(): Promise<void>
}

/** What a request costs its address, whatever it asks. */
const REQUEST_COST = 1

/** Of Engine.IO: what clients of Socket.IO 3 and 4 speak. */
const REVISION = '4'

interface Known {
  readonly client: SocketIoClient
  readonly connection: EngineConnection
}

/** The door of clients that speak Socket.IO: by long polls, by a WebSocket, or first the one and then the other. */
export function createSocketIoDoor(options: SocketIoDoorOptions): SocketIoDoor {
  const { reception, isAllowedOrigin, endpoint } = options
  const io = createEngine(options.engine)
  const { engine } = io
  const { path } = options.engine
  /** Whose handshake is not done. */
  const arriving = new Map<IncomingMessage, SocketIoClient>()
  const bySid = new Map<string, Known>()
  const clients = new WeakMap<EngineConnection, SocketIoClient>()
  const whenEmpty: (() => void)[] = []
  /** Long polls, above all. */
  const unanswered = new Set<ServerResponse>()
  let isClosing = false

  engine.on('connection', (connection: EngineConnection) => {
    const { request, transport } = connection
    const client = arriving.get(request)
    arriving.delete(request)
    if (client === undefined || client.isOver) {
      connection.close(true)
      return
    }
    const { sid } = transport
    bySid.set(sid, { client, connection })
    clients.set(connection, client)
    connection.once('close', () => {
      bySid.delete(sid)
      if (bySid.size === 0) for (const resolve of whenEmpty.splice(0)) resolve()
    })
    client.opened(connection)
    if (transport.name === 'websocket') client.carriedBy(request.socket)
    chargePings(connection, client)
    connection.once('upgrade', () => {
      chargePings(connection, client)
    })
  })
  engine.on('connection_error', ({ req }: { readonly req: IncomingMessage }) => {
    abandon(req)
  })
  letIn(io, (socket: Socket) => clients.get(socket.conn))

  return {
    path,

    request(request, response, peer) {
      const refusal = refusalFor(request, peer)
      if (refusal !== undefined) {
        refuse(response, refusal)
        return
      }
      allowOrigin(request, response)
      if (request.method === 'OPTIONS') {
        answerPreflight(response)
        return
      }
      const { sid, transport } = asked(request)
      if (sid === '' && request.method === 'GET' && transport === 'polling') {
        const entered = enter(request, peer)
        if (!entered.ok) {
          refuse(response, entered.error)
          return
        }
        response.once('close', () => {
          abandon(request)
        })
      }
      const client = bySid.get(sid)?.client
      const fault = request.method === 'POST' ? faultOf(request, client) : undefined
      if (fault !== undefined) {
        refuse(response, { reason: fault })
        return
      }
      // Who has said who it is need not make room for others while it waits.
      if (client?.isLoggedIn === true) response.once('close', reception.vouch(request.socket))
      unanswered.add(response)
      response.once('close', () => unanswered.delete(response))
      if (isClosing) isLast(response)
      engine.handleRequest(request, response)
    },

    upgrade(request, socket, head, peer) {
      socket.on('error', ignore)
      const refusal = refusalFor(request, peer)
      const { sid, transport, revision } = asked(request)
      const known = bySid.get(sid)
      if (!reception.mayShakeHands(socket, peer)) socket.destroy()
      else if (refusal !== undefined) refuseUpgrade(socket, refusal)
      else if (transport !== 'websocket' || revision !== REVISION)
        refuseUpgrade(socket, { reason: 'malformed_request' })
      else if (sid === '') open(request, socket, head, peer)
      else if (known === undefined || known.connection.upgrading || known.connection.upgraded)
        refuseUpgrade(socket, { reason: 'malformed_request' })
      else move(known, request, socket, head)
    },

    async close() {
      isClosing = true
      for (const response of unanswered) isLast(response)
      // Once all have been told to go: who does not poll just now could only do so by a connection that is not taken.
      await new Promise((resolve) => setImmediate(resolve))
      for (const { connection } of bySid.values())
        if (connection.transport.name === 'polling') connection.close(true)
      if (bySid.size > 0) await new Promise<void>((resolve) => whenEmpty.push(resolve))
    },
  }

  /** It begins with a WebSocket. */
  function open(request: IncomingMessage, socket: NetSocket, head: Buffer, peer: Peer): void {
    const entered = enter(request, peer)
    if (!entered.ok) {
      refuseUpgrade(socket, entered.error)
      return
    }
    // It has a place of its own from now on.
    reception.vouch(socket)
    socket.once('close', () => {
      abandon(request)
    })
    engine.handleUpgrade(request, socket, head)
    watchSize(socket, entered.value)
  }

  /** It has polled and gets a WebSocket; until then the socket waits with those who have not logged in. */
  function move({ client, connection }: Known, request: IncomingMessage, socket: NetSocket, head: Buffer) {
    const moved = (): void => {
      reception.vouch(socket)
      client.carriedBy(socket)
    }
    connection.once('upgrade', moved)
    socket.once('close', () => connection.off('upgrade', moved))
    engine.handleUpgrade(request, socket, head)
    watchSize(socket, client)
  }

  function enter(request: IncomingMessage, peer: Peer): Result<SocketIoClient, WireRefusal> {
    let client: SocketIoClient | undefined
    const refusal = reception.admit(addressKey(peer.address), (id) => {
      client = new SocketIoClient(id, peer, options)
      return client
    })
    if (client === undefined) return err(refusal ?? { reason: 'internal' })
    arriving.set(request, client)
    return ok(client)
  }

  /** The handshake has come to nothing. */
  function abandon(request: IncomingMessage): void {
    arriving.get(request)?.gone()
    arriving.delete(request)
  }

  function refusalFor({ headers }: IncomingMessage, peer: Peer): WireRefusal | undefined {
    const address = addressKey(peer.address)
    const refusal = endpoint.rates.ask(address, REQUEST_COST, endpoint.clock.monotonicMs())
    if (refusal !== undefined || isAllowedOrigin(headers.origin, headers.host)) return refusal
    const reason = 'forbidden_origin'
    endpoint.securityLog.write({ event: 'origin_refused', reason, address })
    return { reason }
  }
}

/** The last of each counts, as it does for Engine.IO. */
function asked({ url = '' }: IncomingMessage) {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1))
  const last = (name: string): string => query.getAll(name).at(-1) ?? ''
  return { sid: last('sid'), transport: last('transport'), revision: last('EIO') }
}

/** What is wrong with a body before it is read. */
function faultOf({ headers }: IncomingMessage, client: SocketIoClient | undefined) {
  // To learn that a body of unknown length is too long it would have to be read.
  if (headers['transfer-encoding'] !== undefined) return 'length_required'
  return client !== undefined && Number(headers['content-length'] ?? 0) > client.maxBytes
    ? 'body_too_large'
    : undefined
}

/** Its connection, which would be kept for others, ends with it. */
function isLast(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close')
}

function ignore(): void {
  // What breaks off is told of with 'close'.
}
