import { hashOfRoom, roomInHash } from '../../model/room-view.ts'

/** The room to which the page's address leads. */
export function roomOfAddress(): string | undefined {
  return roomInHash(location.hash)
}

/** Whoever loads the page anew, or gets its address, comes into this room. */
export function showInAddress(room: string | undefined): void {
  if (roomOfAddress() === room) return
  history.replaceState(null, '', room === undefined ? location.pathname + location.search : hashOfRoom(room))
}

/** To be sent to others. */
export function linkTo(room: string): string {
  return new URL(hashOfRoom(room), location.href).href
}

/** Tells of each room to which the address is changed by hand. */
export function watchAddress(tell: (room: string) => void): () => void {
  const look = (): void => {
    const room = roomOfAddress()
    if (room !== undefined) tell(room)
  }
  window.addEventListener('hashchange', look)
  return () => {
    window.removeEventListener('hashchange', look)
  }
}
