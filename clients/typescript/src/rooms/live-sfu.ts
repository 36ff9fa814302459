import type { Unsubscribe } from '../ask.ts'
import { fromMessage } from '../call/signal-messages.ts'
import { Emitter } from '../emitter.ts'
import type { ClientMessage } from '../wire/client-messages.ts'
import type { ServerMessage } from '../wire/server-messages.ts'
import { fits, type Shape } from '../wire/shape.ts'
import type { RoomSfu, SfuEvents, SfuSignal, SfuState } from './sfu.ts'

/** As whom the server writes and is written to. */
export const SFU = 'sfu'

/** For a listener that comes late. The oldest go first. */
const MAX_KEPT = 1000

/** The core knows offers without them. */
const STREAMS: Shape = [
  'list',
  { mid: 'string', user_id: 'string', kind: ['is', ['audio', 'video']], source: 'string' },
]

interface Way {
  readonly room: string
  readonly me: string
  readonly post: (message: ClientMessage) => void
  /** Not kept where there is no connection. */
  readonly send: (message: ClientMessage) => void
}

export class LiveSfu implements RoomSfu {
  readonly #way: Way
  readonly #emitter = new Emitter<SfuEvents>()
  /** Undefined once somebody listens. */
  #unheard: SfuEvents['signal'][] | undefined = []
  #state: SfuState = 'ready'

  constructor(way: Way) {
    this.#way = way
  }

  get state(): SfuState {
    return this.#state
  }

  send(signal: SfuSignal): void {
    const { room, me, post } = this.#way
    const { connection } = signal
    const way = { call_id: room, from_user_id: me, to_user_id: SFU, connection }
    if (signal.kind === 'candidate') {
      const { candidate, sdpMid, sdpMLineIndex } = signal
      const place = { sdp_mid: sdpMid ?? '', sdp_mline_index: sdpMLineIndex ?? 0 }
      post({ type: 'ICE_CANDIDATE', payload: { ...way, candidate, ...place } })
    } else {
      const type = signal.kind === 'offer' ? 'SDP_OFFER' : 'SDP_ANSWER'
      post({ type, payload: { ...way, sdp: signal.sdp } })
    }
  }

  renew(): void {
    this.#way.send({ type: 'SFU_RENEW', payload: { room_id: this.#way.room } })
  }

  on<E extends keyof SfuEvents>(event: E, listener: (value: SfuEvents[E]) => void): Unsubscribe {
    const end = this.#emitter.on(event, listener)
    if (event !== 'signal') return end
    const unheard = this.#unheard
    this.#unheard = undefined
    // What the one before has heard is not told again.
    if (unheard === undefined) this.renew()
    else for (const signal of unheard) this.#emitter.emit('signal', signal)
    return end
  }

  take(
    message: Extract<ServerMessage, { readonly type: 'SDP_OFFER' | 'SDP_ANSWER' | 'ICE_CANDIDATE' }>,
  ): void {
    const offered = message.type === 'SDP_OFFER' ? message.payload.streams : undefined
    const told = offered !== undefined && fits(STREAMS, offered) ? offered : []
    const streams = told.map(({ mid, user_id: user, kind, source }) => ({ mid, user, kind, source }))
    const signal = { ...fromMessage(message), connection: message.payload.connection ?? '', streams }
    if (this.#unheard === undefined) this.#emitter.emit('signal', signal)
    else this.#unheard = [...this.#unheard.slice(1 - MAX_KEPT), signal]
  }

  /** What has been said before is about connections that are gone. */
  become(state: SfuState): void {
    this.#state = state
    if (this.#unheard !== undefined) this.#unheard = []
    this.#emitter.emit('state', state)
  }
}
