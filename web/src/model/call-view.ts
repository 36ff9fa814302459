import type { CallState, Metadata, Person, Transfer } from 'roomrtc-client'
import type { MediaState, Quality } from 'roomrtc-client/media'

/** With pictures, or with sound alone. */
export type CallKind = 'video' | 'voice'

/** A call as it is on the screen. */
export interface CallView {
  readonly peer: Person
  readonly role: 'caller' | 'callee'
  readonly kind: CallKind
  readonly phase: Phase
  readonly own: OwnMedia
  readonly remote: MediaStream | undefined
  readonly link: MediaState['name']
  readonly quality: Quality | undefined
  readonly isSharing: boolean
  /** While somebody is rung to whom one of the two is handed over. */
  readonly transfer: Transfer | undefined
}

/** Before a call is placed or accepted the browser is asked for camera and microphone. */
export type Phase = { readonly name: 'preparing' } | Exclude<CallState, { readonly name: 'ended' }>

export interface OwnMedia {
  readonly stream: MediaStream | undefined
  readonly trouble: MediaTrouble | undefined
}

/** Why there is no camera or no microphone. */
export interface MediaTrouble {
  readonly what: 'microphone' | 'camera' | 'both'
  readonly why: 'denied' | 'missing' | 'in_use' | 'insecure' | 'unknown'
}

/** What is told to the other page about a call; clients of other kinds may say nothing. */
export function metadataOf(kind: CallKind): Metadata {
  return { media: kind }
}

export function kindOf(metadata: Metadata | undefined): CallKind {
  return metadata?.['media'] === 'voice' ? 'voice' : 'video'
}

export function beginning(peer: Person, kind: CallKind, role: CallView['role'], phase: Phase): CallView {
  return {
    peer,
    role,
    kind,
    phase,
    own: { stream: undefined, trouble: undefined },
    remote: undefined,
    link: 'waiting',
    quality: undefined,
    isSharing: false,
    transfer: undefined,
  }
}

export function isOngoing(phase: Phase): phase is Extract<Phase, { readonly name: 'active' | 'held' }> {
  return phase.name === 'active' || phase.name === 'held'
}
