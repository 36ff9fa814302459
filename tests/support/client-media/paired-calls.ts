import type {
  Call,
  CallEvents,
  CallState,
  ClientEvents,
  ClientState,
  IceServer,
  Side,
  Signal,
} from 'roomrtc-client'
import { Emitter } from '../../../clients/typescript/src/emitter.ts'

const NOTHING: Side = { onHold: false, audioMuted: false, videoMuted: false }

/** One end of a call that goes through no server. */
export interface PairedCall extends Call {
  readonly client: PairedClient
  resume(): void
  end(): void
  /** Signals sent from now on do not arrive until the other end is let to have them. */
  cut(): void
  mend(): void
}

/** What `bindMedia` needs of a client. */
interface PairedClient {
  iceServers: readonly IceServer[]
  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): () => void
  tellState(state: ClientState): void
  tellIceServers(servers: readonly IceServer[]): void
}

/** An active call between two. `delayMs`: how long each signal takes on its way; they stay in order. */
export function pairCalls(
  delayMs: () => number = () => 0,
): readonly [caller: PairedCall, callee: PairedCall] {
  const sides: Record<'caller' | 'callee', Side> = { caller: NOTHING, callee: NOTHING }
  let ended = false
  const ends: End[] = []
  const tellBoth = (): void => {
    for (const end of ends) end.tellState()
  }

  const make = (role: 'caller' | 'callee', other: () => End): End => {
    const emitter = new Emitter<CallEvents>()
    let listener: ((signal: Signal) => void) | undefined
    const early: Signal[] = []
    let held: Signal[] | undefined
    let lastAt = 0
    const state = (): CallState => {
      if (ended) return { name: 'ended', reason: 'hangup', durationMs: 0 }
      const peerRole = role === 'caller' ? 'callee' : 'caller'
      const ongoing = { own: sides[role], peer: sides[peerRole], peerAway: false }
      const { own, peer } = ongoing
      if (!own.onHold && !peer.onHold) return { name: 'active', ...ongoing }
      return { name: 'held', by: own.onHold ? (peer.onHold ? 'both' : 'me') : 'peer', ...ongoing }
    }
    const change = (changed: Partial<Side>): void => {
      sides[role] = { ...sides[role], ...changed }
      tellBoth()
    }
    const deliver = (signal: Signal): void => {
      lastAt = Math.max(lastAt, performance.now() + delayMs())
      setTimeout(() => {
        other().receive(signal)
      }, lastAt - performance.now())
    }
    return {
      call: {
        id: 'call',
        role,
        peer: { id: 'peer', username: 'peer' },
        alerting: false,
        transferring: undefined,
        transfer: () => undefined,
        cancelTransfer: () => undefined,
        offersFirst: undefined,
        metadata: undefined,
        offer: undefined,
        get state() {
          return state()
        },
        durationMs: () => 0,
        accept: () => undefined,
        decline: () => undefined,
        cancel: () => undefined,
        hangup() {
          ended = true
          tellBoth()
        },
        end() {
          this.hangup()
        },
        hold(on) {
          change({ onHold: on })
        },
        mute({ audio, video }) {
          change({
            ...(audio === undefined ? {} : { audioMuted: audio }),
            ...(video === undefined ? {} : { videoMuted: video }),
          })
        },
        signals: {
          send(signal) {
            if (ended) return
            if (held === undefined) deliver(signal)
            else held.push(signal)
          },
          listen(next) {
            listener = next
            for (const signal of early.splice(0)) next(signal)
            return () => {
              listener = undefined
            }
          },
        },
        until: () => Promise.reject(new Error('not in this kind of call')),
        on: (event, heard) => emitter.on(event, heard),
        client: pairedClient(),
        resume() {
          emitter.emit('resumed', undefined)
        },
        cut() {
          held ??= []
        },
        mend() {
          const kept = held ?? []
          held = undefined
          for (const signal of kept) deliver(signal)
        },
      },
      tellState() {
        emitter.emit('state', state())
      },
      receive(signal) {
        if (listener === undefined) early.push(signal)
        else listener(signal)
      },
    }
  }
  const caller: End = make('caller', () => callee)
  const callee: End = make('callee', () => caller)
  ends.push(caller, callee)
  return [caller.call, callee.call]
}

interface End {
  readonly call: PairedCall
  tellState(): void
  receive(signal: Signal): void
}

function pairedClient(): PairedClient {
  const emitter = new Emitter<ClientEvents>()
  return {
    iceServers: [],
    on: (event, listener) => emitter.on(event, listener),
    tellState(state) {
      emitter.emit('state', state)
    },
    tellIceServers(servers) {
      this.iceServers = servers
      emitter.emit('iceServers', servers)
    },
  }
}
