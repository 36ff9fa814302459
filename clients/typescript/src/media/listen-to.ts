import type { Unsubscribe } from '../index.ts'

export function listenTo(target: EventTarget, type: string, listener: () => void): Unsubscribe {
  target.addEventListener(type, listener)
  return () => {
    target.removeEventListener(type, listener)
  }
}

/** The same with the event. */
export function listenToConnection<Type extends keyof RTCPeerConnectionEventMap>(
  connection: RTCPeerConnection,
  type: Type,
  listener: (event: RTCPeerConnectionEventMap[Type]) => void,
): Unsubscribe {
  connection.addEventListener(type, listener)
  return () => {
    connection.removeEventListener(type, listener)
  }
}
