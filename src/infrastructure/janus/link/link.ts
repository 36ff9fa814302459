import type { WebSocket } from 'ws'
import type { Incoming, Jsep } from './incoming.ts'
import { LinkLost, Requests } from './requests.ts'

/** What is not read by Janus for so long that this much waits for it is not going to be read in time. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024

/** How long a handle may take to be gone. */
const DETACH_MS = 2000

export interface JanusCandidate {
  readonly candidate: string
  readonly sdpMid: string
  readonly sdpMLineIndex: number
}

/** What a handle hears without having asked. */
export type HandleEvent =
  | { readonly kind: 'news'; readonly data: unknown; readonly jsep: Jsep | undefined }
  | { readonly kind: 'candidate'; readonly candidate: JanusCandidate }
  /** Its connection for media is up. */
  | { readonly kind: 'webrtcup' }
  /** Its connection for media is over. */
  | { readonly kind: 'hangup' }
  /** Janus has thrown the handle away. */
  | { readonly kind: 'detached' }

export interface Answer {
  readonly data: unknown
  readonly jsep: Jsep | undefined
}

/** One attachment to the VideoRoom: a participant has one, each subscribing connection has one. */
export interface Handle {
  /** Rejects with JanusRefusal or LinkLost. */
  ask(body: object, jsep?: Jsep): Promise<Answer>
  trickle(candidate: JanusCandidate): void
  /** Nothing is heard from then on. Resolved when Janus has done it, or is not going to. */
  detach(): Promise<void>
}

export interface LinkOptions {
  readonly apiSecret: string
  readonly keepaliveMs: number
}

/** One connection to a Janus, with a session on it. It does not come back once it is lost. */
export class JanusLink {
  readonly #socket: WebSocket
  readonly #options: LinkOptions
  readonly #requests = new Requests()
  readonly #handles = new Map<number, (event: HandleEvent) => void>()
  /** Who waits for a handle to be gone. */
  readonly #leaving = new Set<() => void>()
  #session: number | undefined
  #keepalive: NodeJS.Timeout | undefined
  #end: { readonly why: string } | undefined
  #closed: (why: string) => void = () => undefined
  /** Resolved with the reason. */
  readonly closed = new Promise<string>((resolve) => (this.#closed = resolve))

  /** The socket is open. */
  constructor(socket: WebSocket, options: LinkOptions) {
    this.#socket = socket
    this.#options = options
    socket.on('close', () => {
      this.close('the connection is closed')
    })
    socket.on('error', (error) => {
      this.close(error.message)
    })
  }

  get isOpen(): boolean {
    return this.#end === undefined
  }

  async begin(): Promise<void> {
    const { data } = await this.#request({ janus: 'create' })
    this.#session = idIn(data)
    let isAsking = false
    this.#keepalive = setInterval(() => {
      if (isAsking) this.close('Janus does not answer')
      isAsking = true
      this.#request({ janus: 'keepalive' }, true).then(
        () => (isAsking = false),
        (error: unknown) => {
          this.close(error instanceof Error ? error.message : String(error))
        },
      )
    }, this.#options.keepaliveMs)
  }

  async attach(hear: (event: HandleEvent, handle: Handle) => void): Promise<Handle> {
    const { data } = await this.#request({ janus: 'attach', plugin: 'janus.plugin.videoroom' })
    const id = idIn(data)
    const about = { handle_id: id }
    const handle: Handle = {
      ask: async (body, jsep) => {
        const message = { janus: 'message', ...about, body, ...(jsep === undefined ? {} : { jsep }) }
        const answer = await this.#request(message)
        return { data: answer.plugindata?.data, jsep: answer.jsep }
      },
      trickle: (candidate) => {
        // Whether Janus likes it shows in the media alone.
        this.#send({ janus: 'trickle', transaction: 'trickle', ...about, candidate })
      },
      detach: () => this.#detach(id),
    }
    this.#handles.set(id, (event) => {
      hear(event, handle)
    })
    return handle
  }

  receive(message: Incoming): void {
    if (this.#requests.settle(message)) return
    if (message.janus === 'timeout' && message.sender === undefined) {
      this.close('Janus has ended the session')
      return
    }
    const hear = message.sender === undefined ? undefined : this.#handles.get(message.sender)
    if (hear === undefined) return
    const { candidate } = message
    if (message.janus === 'event') hear({ kind: 'news', data: message.plugindata?.data, jsep: message.jsep })
    else if (message.janus === 'webrtcup' || message.janus === 'hangup' || message.janus === 'detached')
      hear({ kind: message.janus })
    else if (message.janus === 'trickle' && candidate !== undefined && 'candidate' in candidate) {
      const { sdpMid = '', sdpMLineIndex = 0 } = candidate
      hear({ kind: 'candidate', candidate: { candidate: candidate.candidate, sdpMid, sdpMLineIndex } })
    }
  }

  close(why: string): void {
    if (this.#end !== undefined) return
    this.#end = { why }
    clearInterval(this.#keepalive)
    this.#handles.clear()
    for (const leave of this.#leaving) leave()
    this.#requests.lose(why)
    this.#socket.terminate()
    this.#closed(why)
  }

  async #detach(id: number): Promise<void> {
    if (!this.#handles.has(id)) return
    const isGone = this.#gone(id)
    try {
      await this.#request({ janus: 'detach', handle_id: id })
      await isGone
    } catch {
      // It is gone, or the link is, and the handle with it.
    }
    this.#handles.delete(id)
  }

  #gone(id: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#leaving.delete(done)
        resolve()
      }
      const timer = setTimeout(done, DETACH_MS)
      this.#leaving.add(done)
      this.#handles.set(id, ({ kind }) => {
        if (kind === 'detached') done()
      })
    })
  }

  #request(message: object, isAckEnough = false): Promise<Incoming> {
    if (this.#end !== undefined) return Promise.reject(new LinkLost(this.#end.why))
    return this.#requests.begin((transaction) => {
      this.#send({ ...message, transaction })
    }, isAckEnough)
  }

  #send(message: object): void {
    if (this.#end !== undefined) return
    const session = this.#session === undefined ? {} : { session_id: this.#session }
    this.#socket.send(JSON.stringify({ ...message, ...session, apisecret: this.#options.apiSecret }))
    if (this.#socket.bufferedAmount > MAX_WAITING_BYTES) this.close('Janus does not read what it is sent')
  }
}

function idIn(data: Incoming['data']): number {
  if (data === undefined) throw new LinkLost('Janus has answered without an id')
  return data.id
}
