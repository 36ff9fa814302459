import type { CallEvents, CallState, Side, Signal, Unsubscribe } from '../../index.ts'
import type { Member, Room } from '../../rooms/index.ts'
import { SignalBox } from '../../call/signal-box.ts'
import { Emitter } from '../../emitter.ts'
import type { BindableCall } from '../bound-media.ts'
import { MatchedAnswers } from './matched-answers.ts'

const plainSide: Side = { onHold: false, audioMuted: false, videoMuted: false }

/** A room with one of its members as if it were a call of the two. */
export class MemberCall implements BindableCall {
  readonly role: 'caller' | 'callee'
  readonly offer = undefined
  readonly signals: SignalBox
  readonly #answers = new MatchedAnswers()
  readonly #emitter = new Emitter<CallEvents>()
  #state: CallState

  constructor(room: Pick<Room, 'signal'>, member: Member) {
    this.role = member.offers === 'me' ? 'caller' : 'callee'
    this.#state = stateWith(member)
    this.signals = new SignalBox((signal) => {
      room.signal(member, this.#answers.send(signal))
    })
    this.signals.open()
  }

  get state(): CallState {
    return this.#state
  }

  on<E extends keyof CallEvents>(event: E, listener: (value: CallEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  changed(member: Member): void {
    this.#become(stateWith(member))
  }

  deliver(signal: Signal): void {
    if (this.#answers.take(signal)) this.signals.deliver(signal)
  }

  resumed(): void {
    this.#emitter.emit('resumed', undefined)
  }

  end(reason: string): void {
    this.signals.close()
    this.#become({ name: 'ended', reason, durationMs: 0 })
  }

  #become(state: CallState): void {
    this.#state = state
    this.#emitter.emit('state', state)
  }
}

/** The own mutes are those of the room: the tracks are the same for all members. */
function stateWith({ audioMuted, videoMuted, state }: Member): CallState {
  const peer = { onHold: false, audioMuted, videoMuted }
  return { name: 'active', own: plainSide, peer, peerAway: state === 'reconnecting' }
}
