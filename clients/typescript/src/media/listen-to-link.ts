import type { Unsubscribe } from '../index.ts'
import type { LinkState } from './media-state.ts'

const LOOK_EVERY_MS = 1000

/**
 * Tells each change of the connection's state. It does not rely on the event alone: @roamhq/wrtc tells it when the state of
 * ICE changes, which may be just before this one does, and then tells no more.
 */
export function listenToLink(
  connection: EventTarget & { readonly connectionState: LinkState },
  listener: (state: LinkState) => void,
): Unsubscribe {
  let told = connection.connectionState
  const look = (): void => {
    const state = connection.connectionState
    if (state === told) return
    told = state
    listener(state)
  }
  connection.addEventListener('connectionstatechange', look)
  const timer = setInterval(look, LOOK_EVERY_MS)
  return () => {
    clearInterval(timer)
    connection.removeEventListener('connectionstatechange', look)
  }
}
