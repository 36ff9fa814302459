import { RoomRtcError } from '../error.ts'
import { refusal, requestId } from '../link/requests.ts'
import type { Part } from '../client/part.ts'
import type { Person } from '../users/person.ts'
import type { ClientMessage } from '../wire/client-messages.ts'
import type { ServerMessage, ServerPayloads } from '../wire/server-messages.ts'
import type { Metadata } from './call.ts'
import { callActions } from './call-actions.ts'
import { Outbox } from './outbox.ts'
import type { CallsOptions, Placing } from './placing.ts'
import { type CallActions, type CallStart, RoomCall, unknown } from './room-call.ts'
import { fromMessage } from './signal-messages.ts'
import { sideOf } from './wire-side.ts'

type Notification = ServerPayloads['CALL_NOTIFICATION']

/** The calls of one user: one at a time, and what can come between. */
export class Calls implements Part {
  readonly #options: CallsOptions
  readonly #outbox: Outbox
  #current: RoomCall | undefined
  #placing: Placing | undefined
  /** Waits until what is being placed is settled. */
  #next: { readonly call: RoomCall; readonly sdp: string | undefined } | undefined
  /** What rings here while a call of ours is being placed. Where both call each other, it will be that call (CALL-15). */
  #crossing: Notification | undefined
  /** The id of the last call that has ended by a transfer. */
  #transferred: string | undefined
  readonly #actions: CallActions

  constructor(options: CallsOptions) {
    this.#options = options
    this.#outbox = new Outbox(options)
    const post = (message: ClientMessage) => {
      this.#post(message)
    }
    this.#actions = callActions(options, post, (call) => {
      this.#takeBack(call)
    })
  }

  get current(): RoomCall | undefined {
    return this.#current
  }

  get isBusy(): boolean {
    return this.#current !== undefined && this.#current.state.name !== 'ringing-in'
  }

  place(peer: Person, metadata: Metadata | undefined, sdp: string | undefined): RoomCall {
    const current = this.#current
    if (current?.state.name === 'ringing-in' && current.peer.id === peer.id) {
      current.accept()
      return current
    }
    const call = this.make({ ...unknown, role: 'caller', peer, metadata })
    if (this.#options.me() === undefined) call.end('login_required')
    else if (current !== undefined) call.end('caller_busy')
    else {
      this.follow(call)
      // One that was cancelled before the server knew it must be out of the way.
      if (this.#placing === undefined) this.#request(call, sdp)
      else this.#next = { call, sdp }
    }
    return call
  }

  take(message: ServerMessage): boolean {
    const { type, payload } = message
    if (type === 'CALL_NOTIFICATION') {
      if (this.#placing === undefined) this.#ring(payload)
      else this.#crossing = payload
    } else if (type === 'RINGING') this.#rings(payload)
    else if (type === 'CALL_ACCEPTED') this.#accepted(payload)
    else if (type === 'CALL_DECLINED' || type === 'HANGUP') this.#ended(message)
    else if (type === 'CALL_TRANSFER')
      this.#called(payload.call_id)?.transferStands(payload, this.#options.world.now())
    else if (type === 'CALL_UPDATE') this.#called(payload.call_id)?.peerChanged(sideOf(payload))
    else if (type === 'PEER_STATE') {
      const call = this.#called(payload.call_id)
      call?.peerIsAway(payload.state === 'reconnecting')
      if (payload.state === 'moved') call?.peerMoved()
    } else if (type === 'SDP_OFFER' || type === 'SDP_ANSWER' || type === 'ICE_CANDIDATE') {
      this.#called(payload.call_id)?.signals.deliver(fromMessage(message))
    } else if (type === 'ERROR') this.#refused(payload, requestId(message))
    return true
  }

  caughtUp({ call: known, received }: ServerPayloads['RESUMED']): void {
    const placing = this.#placing
    if (placing !== undefined && placing.posted.position < received && known?.phase !== 'ringing') {
      this.#forget(placing.call)
      this.#settle()
    }
    const current = this.#current
    if (this.#placing === undefined && current === undefined && known) {
      // It has ended here. That this is repeated does no harm.
      this.#hangUp(known.call_id)
    }
    if (current?.id === undefined) return
    if (known?.call_id !== current.id) {
      this.#forget(current)
      return
    }
    current.peerIsAway(known.peer_state === 'reconnecting')
    current.peerChanged(sideOf(known.peer))
    if (known.phase === 'active') current.lasted(known.duration_ms)
    current.ringsUntil(this.#expiry(known.expires_in_ms), known.alerting)
    current.resumed()
  }

  arrived(position: number): void {
    this.#outbox.arrived(position)
  }

  leave(): void {
    this.#current?.hangup()
  }

  end(reason: string): void {
    this.#outbox.clear()
    this.#placing = undefined
    this.#crossing = undefined
    this.#next = undefined
    this.#current?.end(reason)
  }

  make(start: CallStart): RoomCall {
    return new RoomCall(this.#options.world, start, this.#actions)
  }

  /** It is the one call now. */
  follow(call: RoomCall): RoomCall {
    this.#current = call
    call.on('state', ({ name }) => {
      if (name === 'ended' && this.#current === call) this.#current = undefined
      this.#options.changed()
    })
    this.#options.changed()
    return call
  }

  #request(call: RoomCall, sdp: string | undefined): void {
    const { peer, metadata } = call
    const further = { ...(sdp !== undefined && { sdp }), ...(metadata !== undefined && { metadata }) }
    const posted = this.#outbox.post({ type: 'CALL_REQUEST', payload: { to_user_id: peer.id, ...further } })
    if (posted instanceof RoomRtcError) call.end(posted.reason ?? 'lost')
    else if (posted !== undefined) this.#placing = { call, posted }
  }

  /** Without `call_control` it must wait until the server tells an id. */
  #takeBack(call: RoomCall): void {
    const placing = this.#placing
    if (placing?.call !== call || !this.#options.canUpdate()) return
    const posted = this.#outbox.post({ type: 'HANGUP', payload: { call_id: '' } }, placing.posted.id)
    if (!(posted instanceof RoomRtcError)) placing.takenBack = ''
  }

  #isTakenBack(id: string): boolean {
    if (this.#placing?.takenBack === undefined) return false
    this.#placing.takenBack = id
    return true
  }

  /** The server knows no other way, or did not hear. */
  #hangUpById(): void {
    const takenBack = this.#placing?.takenBack ?? ''
    if (this.#placing !== undefined) delete this.#placing.takenBack
    if (takenBack === '') return
    this.#hangUp(takenBack)
    this.#settle()
  }

  #post(message: ClientMessage): void {
    const posted = this.#outbox.post(message)
    if (posted instanceof RoomRtcError && posted.code === 'refused') this.#options.refusal(posted)
  }

  #hangUp(call_id: string): void {
    this.#post({ type: 'HANGUP', payload: { call_id } })
  }

  #ring({ call_id, from_user_id, from_username, sdp, metadata }: Notification): void {
    // The server knows of no other call.
    this.#current?.end('lost')
    const peer = { id: from_user_id, username: from_username }
    const expiresAt = this.#expiry(this.#options.limits()['ring_timeout_ms'])
    const start = { id: call_id, role: 'callee' as const, peer, metadata, offer: sdp, expiresAt }
    const call = this.follow(this.make(start))
    const isTold = this.#options.rings(call)
    if (isTold && call.state.name === 'ringing-in' && this.#options.canUpdate())
      this.#post({ type: 'CALL_ALERTING', payload: { call_id } })
  }

  #rings({ call_id: id, expires_in_ms, alerting, ...peer }: ServerPayloads['RINGING']): void {
    // Of a call that is known already; another one may be on its way meanwhile.
    if (alerting === true) {
      this.#called(id)?.ringsUntil(this.#expiry(expires_in_ms), true)
      return
    }
    const call = this.#placing?.call
    if (call === undefined || this.#isTakenBack(id)) return
    if (call.isOver) {
      this.#hangUp(id)
    } else {
      call.isKnownAs({ id, peer: { id: peer.peer_user_id, username: peer.peer_username } })
      call.ringsUntil(this.#expiry(expires_in_ms))
    }
    this.#settle()
  }

  #accepted({ call_id: id, role = 'caller', sdp, replaces, ...who }: ServerPayloads['CALL_ACCEPTED']): void {
    const peer = { id: who.peer_user_id, username: who.peer_username }
    if (replaces !== undefined) {
      const hungUp = this.#transferred !== replaces
      this.#transferred = undefined
      // That one was hung up here meanwhile, and so is what has come of it.
      if (hungUp) this.#hangUp(id)
      else this.#handedOver(id, peer)
      return
    }
    const call = this.#placing?.call ?? this.#called(id)
    if (call === undefined) return
    const crossing = this.#crossing?.call_id === id ? this.#crossing : undefined
    if (crossing !== undefined) this.#crossing = undefined
    if (this.#isTakenBack(id)) return
    if (call.isOver) {
      this.#hangUp(id)
    } else {
      // What was to be offered was dropped, where the other one has called first.
      const offer = role === 'callee' ? { offer: crossing?.sdp, metadata: crossing?.metadata } : {}
      call.isKnownAs({ id, role, peer, ...offer })
      if (role === 'caller' && sdp !== undefined) call.signals.deliver({ kind: 'answer', sdp })
      call.becameActive()
    }
    this.#settle()
  }

  /** The call before has ended by a transfer. */
  #handedOver(id: string, peer: Person): void {
    const call = this.follow(this.make({ ...unknown, id, role: 'caller', peer }))
    call.becameActive()
    // An application that knows nothing of it would let the other one wait.
    if (!this.#options.handedOver(call)) call.hangup()
  }

  #ended({ type, payload }: Extract<ServerMessage, { readonly type: 'CALL_DECLINED' | 'HANGUP' }>): void {
    const { call_id, reason = 'hangup', duration_ms } = payload
    const isCrossing = this.#crossing?.call_id === call_id
    if (isCrossing) this.#crossing = undefined
    const rang = this.#called(call_id)
    // Of a call that has not rung here this is all that is told.
    if (type === 'HANGUP' && payload.from_user_id !== undefined && rang === undefined) {
      const from = { id: payload.from_user_id, username: payload.from_username ?? '' }
      this.#options.missed({ id: call_id, from, reason })
      return
    }
    if (type === 'HANGUP' && rang === undefined && this.#placing?.takenBack !== undefined && !isCrossing) {
      this.#settle()
      return
    }
    // A server of version 1 tells the id no earlier. An empty one follows an ERROR.
    const placed = type === 'CALL_DECLINED' && call_id !== '' ? this.#placing?.call : undefined
    const call = rang ?? placed
    if (rang !== undefined && reason === 'transferred') this.#transferred = call_id
    call?.end(reason, duration_ms)
    if (call === this.#placing?.call) this.#settle()
  }

  #refused(error: ServerPayloads['ERROR'], id: string | undefined): void {
    const { reason = 'refused' } = error
    const refused = this.#outbox.refused(error, id)
    if (refused?.again === true) return
    const message = refused?.posted.message
    // The call has come to something else meanwhile, or ended.
    if (message?.type === 'CALL_ALERTING') return
    if (message?.type === 'CALL_REQUEST') {
      if (this.#placing === undefined || this.#placing.posted.id !== refused?.posted.id) return
      this.#placing.call.end(reason)
      this.#settle()
      return
    }
    if (message?.type === 'HANGUP' && message.payload.call_id === '') {
      if (this.#placing?.posted.id === refused?.posted.id) this.#hangUpById()
      return
    }
    if (message?.type === 'CALL_TRANSFER') {
      this.#called(message.payload.call_id)?.transferRefused(this.#options.me()?.id ?? '', reason)
      return
    }
    // What crosses with the end of a call is no fault.
    const call =
      message !== undefined && 'call_id' in message.payload
        ? this.#called(message.payload.call_id)
        : undefined
    if (reason !== 'call_not_found' || message === undefined) this.#options.refusal(refusal(error))
    if (reason === 'call_not_found' || message?.type === 'CALL_RESPONSE') call?.end(reason)
  }

  /** The server has said what has become of a request: there is room for what has waited for that. */
  #settle(): void {
    if (this.#placing === undefined) return
    this.#placing = undefined
    const next = this.#next
    this.#next = undefined
    if (next !== undefined && !next.call.isOver) {
      this.#request(next.call, next.sdp)
      return
    }
    const crossing = this.#crossing
    this.#crossing = undefined
    if (crossing !== undefined) this.#ring(crossing)
  }

  #forget(call: RoomCall): void {
    const active = call.isOngoing
    call.end('lost')
    if (active) this.#options.forgotten(call)
  }

  #called(id: string): RoomCall | undefined {
    return this.#current?.id === id ? this.#current : undefined
  }

  #expiry(inMs: number | undefined): number | undefined {
    return inMs === undefined ? undefined : this.#options.world.now() + inMs
  }
}
