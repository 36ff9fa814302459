import type { CallEvents, CallState, Signal, Unsubscribe } from '../../../index.ts'
import type { OwnState, RoomSfu } from '../../../rooms/index.ts'
import { SignalBox } from '../../../call/signal-box.ts'
import { Emitter } from '../../../emitter.ts'
import type { BindableCall } from '../../bound-media.ts'

/** What is published, as if it were a call in which the media server never offers anything. */
export class PublishCall implements BindableCall {
  readonly role = 'caller'
  readonly offer = undefined
  readonly signals: SignalBox
  /** No other connection of the room has it: an answer to an earlier one is not taken for one to this. */
  readonly name = `publish-${Math.random().toString(36).slice(2)}`
  readonly #emitter = new Emitter<CallEvents>()
  #state: CallState

  constructor(sfu: Pick<RoomSfu, 'send'>, own: OwnState) {
    this.#state = stateWith(own)
    this.signals = new SignalBox((signal) => {
      sfu.send({ ...signal, connection: this.name })
    })
    this.signals.open()
  }

  get state(): CallState {
    return this.#state
  }

  on<E extends keyof CallEvents>(event: E, listener: (value: CallEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  changed(own: OwnState): void {
    this.#become(stateWith(own))
  }

  deliver(signal: Signal): void {
    this.signals.deliver(signal)
  }

  resumed(): void {
    this.#emitter.emit('resumed', undefined)
  }

  end(): void {
    this.signals.close()
    this.#become({ name: 'ended', reason: 'left', durationMs: 0 })
  }

  #become(state: CallState): void {
    this.#state = state
    this.#emitter.emit('state', state)
  }
}

function stateWith({ audioMuted, videoMuted }: OwnState): CallState {
  const peer = { onHold: false, audioMuted: false, videoMuted: false }
  return { name: 'active', own: { onHold: false, audioMuted, videoMuted }, peer, peerAway: false }
}
