import type { Call, CallState, Client, Person, Transfer } from 'roomrtc-client'
import type { Action } from '../model/action.ts'
import { type CallKind, isOngoing, kindOf, metadataOf, type OwnMedia } from '../model/call-view.ts'
import { newsOfEnd } from '../model/call-end.ts'
import { elsewhereOf } from '../model/elsewhere.ts'
import type { News } from '../model/notices.ts'
import { outcomeOf } from '../model/past-calls.ts'
import type { Devices } from '../model/preferences.ts'
import { boundMedia, type BoundMedia } from './bound-media.ts'
import { openCamera, openMedia, openScreen, stop } from './own-media.ts'
import type { Tone } from './ringing.ts'

/** What a person can do about calls. */
export interface Calling {
  readonly place: (peer: Person, kind: CallKind) => Promise<void>
  readonly accept: (kind: CallKind) => Promise<void>
  /** Whatever the state: declines, cancels or hangs up. */
  readonly hangUp: () => void
  readonly mute: (what: Muted) => void
  readonly switchCamera: (on: boolean) => Promise<void>
  readonly hold: (on: boolean) => void
  readonly share: () => Promise<void>
  readonly stopSharing: () => Promise<void>
  /** Hands the other one over. */
  readonly transfer: (to: Person) => void
  readonly cancelTransfer: () => void
  /** With an active call that was another device's. */
  readonly goOn: (call: Call) => void
  readonly takeDevices: (devices: Devices) => Promise<void>
  readonly durationMs: () => number
  /** The same for both people, where nobody is between them. */
  readonly safetyNumber: () => Promise<string | undefined>
  readonly end: () => void
}

interface Deps {
  readonly client: Client
  readonly dispatch: (action: Action) => void
  readonly devices: () => Devices
  readonly play: (tone: Tone | undefined) => void
  readonly playEnd: () => void
  readonly tellOfCall: (call: Call | undefined) => void
  readonly tell: (what: News) => void
  readonly newId: () => number
  /** Another device of the same user has the call now. */
  readonly elsewhere: () => void
}

type Muted = Parameters<Call['mute']>[0]

/** The one call that there is, from the click or the ring to its end. */
interface Present {
  readonly peer: Person
  readonly kind: CallKind
  call: Call | undefined
  media: BoundMedia | undefined
  own: OwnMedia
  /** The person has accepted, and the browser looks for the camera. */
  isAnswering: boolean
  wasAnswered: boolean
  isOver: boolean
  /** The latest that was told of a transfer. */
  transfer: Transfer | undefined
  readonly offs: (() => void)[]
}

export function createCalling(deps: Deps): Calling {
  const { client, dispatch, devices, play, playEnd, tellOfCall, tell, newId, elsewhere } = deps
  let present: Present | undefined
  const offIncoming = client.on('call', (call) => {
    beCalled(call)
  })
  const offTransferred = client.on('transferred', (call) => {
    const { kind, muted } = before
    call.mute(muted)
    tell({ name: 'handed_over', username: call.peer.username })
    void goOn(call, kind)
  })
  let before: Pick<Present, 'kind'> & { readonly muted: Muted } = { kind: 'voice', muted: {} }
  if (client.currentCall !== undefined && isRinging(client.currentCall)) beCalled(client.currentCall)

  return {
    async place(peer, kind) {
      if (present !== undefined) return
      const mine = begin(peer, kind)
      dispatch({ type: 'call', peer, kind, role: 'caller', phase: { name: 'preparing' } })
      takeOwn(mine, await openMedia(kind, devices()))
      // Meanwhile the person has thought better of it, or somebody has called.
      if (mine.isOver) return
      const call = client.call(peer, { metadata: metadataOf(kind) })
      follow(mine, call)
      await bind(mine, call)
    },

    async accept(kind) {
      const mine = present
      const call = mine?.call
      if (mine === undefined || call === undefined || !isRinging(call)) return
      if (mine.isAnswering) return
      mine.isAnswering = true
      play(undefined)
      tellOfCall(undefined)
      dispatch({ type: 'call_phase', phase: { name: 'preparing' }, role: call.role })
      takeOwn(mine, await openMedia(kind, devices()))
      if (mine.isOver) return
      await bind(mine, call)
      if (isRinging(call)) call.accept()
    },

    hangUp() {
      if (present?.call === undefined) endPresent()
      else present.call.hangup()
    },

    mute(what) {
      present?.call?.mute(what)
    },

    async switchCamera(on) {
      const mine = present
      if (mine === undefined) return
      const isLive = cameraOf(mine)?.readyState === 'live'
      if (on && !isLive) await addCamera(mine)
      mine.call?.mute({ video: !on })
      // So that its light goes out too.
      if (!on) cameraOf(mine)?.stop()
    },

    hold(on) {
      present?.call?.hold(on)
    },

    async share() {
      const mine = present
      const stream = await openScreen()
      if (stream === 'cancelled') return
      if (stream === 'failed') tell({ name: 'sharing_failed' })
      else if (mine?.media === undefined || mine.isOver) stop(stream)
      else await mine.media.share(stream)
    },

    async stopSharing() {
      await present?.media?.stopSharing()
    },

    transfer(to) {
      present?.call?.transfer(to)
    },

    cancelTransfer() {
      present?.call?.cancelTransfer()
    },

    goOn(call) {
      void goOn(call, 'voice')
    },

    async takeDevices(chosen) {
      const mine = present
      if (mine?.media === undefined) return
      const hasCamera = cameraOf(mine)?.readyState === 'live'
      const own = await openMedia(hasCamera ? 'video' : 'voice', chosen)
      if (mine.isOver) stop(own.stream)
      else await replaceOwn(mine, own)
    },

    durationMs: () => present?.call?.durationMs() ?? 0,

    safetyNumber: async () => present?.media?.safetyNumber(),

    end() {
      offIncoming()
      offTransferred()
      endPresent()
    },
  }

  function begin(peer: Person, kind: CallKind): Present {
    const own = { stream: undefined, trouble: undefined }
    present = {
      ...{ peer, kind, own, call: undefined, media: undefined },
      ...{ isAnswering: false, wasAnswered: false, isOver: false, transfer: undefined, offs: [] },
    }
    return present
  }

  function beCalled(call: Call): void {
    // Somebody was faster than the camera: who is called looks at that first.
    if (present?.call === undefined) endPresent()
    if (present !== undefined) return
    const kind = kindOf(call.metadata)
    const mine = begin(call.peer, kind)
    if (call.state.name === 'ended') return
    dispatch({ type: 'call', peer: call.peer, kind, role: call.role, phase: call.state })
    follow(mine, call)
    play('incoming')
    tellOfCall(call)
  }

  /** With a call that is active already. */
  async function goOn(call: Call, kind: CallKind): Promise<void> {
    endPresent()
    const mine = begin(call.peer, kind)
    if (call.state.name === 'ended') return
    dispatch({ type: 'call', peer: call.peer, kind, role: call.role, phase: call.state })
    follow(mine, call)
    takeOwn(mine, await openMedia(kind, devices()))
    if (!mine.isOver) await bind(mine, call)
  }

  function follow(mine: Present, call: Call): void {
    mine.call = call
    mine.offs.push(
      call.on('moved', () => {
        mine.media?.close()
        mine.media = undefined
        void bind(mine, call)
      }),
      call.on('transfer', (transfer) => {
        mine.transfer = transfer
        const isRung = transfer.state === 'ringing'
        dispatch({ type: 'call_transfer', transfer: isRung ? transfer : undefined })
        // Who has taken it back knows, and so does the other one: it goes on.
        if (transfer.state === 'failed' && transfer.by === client.me?.id)
          tell({ name: 'transfer_failed', username: transfer.to.username, reason: transfer.reason })
      }),
      call.on('state', (state) => {
        showState(mine, call, state)
      }),
    )
    showState(mine, call, call.state)
  }

  function showState(mine: Present, call: Call, state: CallState): void {
    if (mine.isOver) return
    if (state.name === 'ended') {
      finish(mine, call, state)
      return
    }
    if (state.name === 'ringing-out') play('outgoing')
    if (isOngoing(state)) {
      mine.wasAnswered = true
      const { audioMuted: audio, videoMuted: video } = state.own
      before = { kind: mine.kind, muted: { audio, video } }
      play(undefined)
      tellOfCall(undefined)
    }
    dispatch({ type: 'call_phase', phase: state, role: call.role })
  }

  function finish(mine: Present, call: Call, end: Extract<CallState, { name: 'ended' }>): void {
    const { peer, kind, wasAnswered, transfer } = mine
    const { reason, durationMs } = end
    const outcome = outcomeOf(call.role, { reason, wasAnswered })
    const isElsewhere = elsewhereOf(reason) !== undefined
    const past = {
      id: newId(),
      callId: call.id,
      peer,
      role: call.role,
      kind,
      at: Date.now(),
      durationMs,
      outcome,
    }
    endPresent(isElsewhere ? undefined : past)
    playEnd()
    if (isElsewhere) elsewhere()
    const news = newsOfEnd({ username: peer.username, outcome, end, transfer, me: client.me?.id })
    if (news !== undefined) tell(news)
  }

  function endPresent(past?: Extract<Action, { type: 'call_over' }>['past']): void {
    const mine = present
    if (mine === undefined) return
    present = undefined
    mine.isOver = true
    play(undefined)
    tellOfCall(undefined)
    for (const off of mine.offs) off()
    mine.media?.close()
    stop(mine.own.stream)
    dispatch({ type: 'call_over', past })
  }

  function takeOwn(mine: Present, own: OwnMedia): void {
    if (mine.isOver) {
      stop(own.stream)
      return
    }
    mine.own = own
    dispatch({ type: 'call_own', own })
    if (own.trouble !== undefined) tell({ name: 'media', ...own.trouble })
  }

  async function bind(mine: Present, call: Call): Promise<void> {
    try {
      const media = await boundMedia(client, call, mine.own.stream, dispatch)
      if (mine.isOver) media.close()
      else mine.media = media
    } catch {
      // It could not be loaded: the server has another version of it by now, or is not there.
      tell({ name: 'refused', reason: 'unreachable' })
      call.hangup()
    }
  }

  async function addCamera(mine: Present): Promise<void> {
    const camera = await openCamera(devices())
    if (camera instanceof MediaStreamTrack) {
      const sound = mine.own.stream?.getAudioTracks() ?? []
      if (mine.isOver) camera.stop()
      else await replaceOwn(mine, { stream: new MediaStream([...sound, camera]), trouble: undefined })
    } else tell({ name: 'media', ...camera })
  }

  async function replaceOwn(mine: Present, own: OwnMedia): Promise<void> {
    const before = mine.own.stream
    takeOwn(mine, own)
    if (own.stream !== undefined) await mine.media?.setStream(own.stream)
    const kept = new Set(own.stream?.getTracks())
    for (const track of before?.getTracks() ?? []) if (!kept.has(track)) track.stop()
  }
}

function cameraOf({ own }: Present): MediaStreamTrack | undefined {
  return own.stream?.getVideoTracks()[0]
}

/** It may be over by now. */
function isRinging({ state }: Call): boolean {
  return state.name === 'ringing-in'
}
