/** Of a peer connection, as RTCPeerConnection has it in `connectionState`. */
export type LinkState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed'

export type MediaState = Waiting | Connecting | Connected | Interrupted | MediaClosed

/** The call rings. */
export interface Waiting {
  readonly name: 'waiting'
}

/** The call is accepted, and the two look for a way to each other. */
export interface Connecting {
  readonly name: 'connecting'
}

export interface Connected {
  readonly name: 'connected'
}

/** Nothing comes through. A new way is looked for until the call ends. */
export interface Interrupted {
  readonly name: 'interrupted'
  /** Unix time in milliseconds. */
  readonly since: number
}

export interface MediaClosed {
  readonly name: 'closed'
}

export type MediaStep =
  | { readonly name: 'started' }
  | { readonly name: 'link'; readonly link: LinkState; readonly at: number }
  | { readonly name: 'closed' }

/** The same object where nothing changes. */
export function nextState(state: MediaState, step: MediaStep): MediaState {
  if (state.name === 'closed') return state
  switch (step.name) {
    case 'started':
      return state.name === 'waiting' ? { name: 'connecting' } : state
    case 'link':
      return afterLink(state, step.link, step.at)
    case 'closed':
      return { name: 'closed' }
    default:
      return step satisfies never
  }
}

function afterLink(state: MediaState, link: LinkState, at: number): MediaState {
  switch (link) {
    // Looking for another way while the old one still carries is no interruption.
    case 'new':
    case 'connecting':
      return state
    case 'connected':
      return state.name === 'connected' ? state : { name: 'connected' }
    case 'disconnected':
    case 'failed':
      return state.name === 'interrupted' ? state : { name: 'interrupted', since: at }
    case 'closed':
      return { name: 'closed' }
    default:
      return link satisfies never
  }
}
