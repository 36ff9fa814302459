import { createHmac } from 'node:crypto'
import type { RoomId } from '../../domain/ids.ts'

/** No room of another server is called so by chance. */
export const PREFIX = 'roomrtc:'

/** What a room is called in Janus: a room that is made again under the same id is another one there. */
export function nameOfRoom(id: RoomId, life: string | undefined): string {
  return `${PREFIX}${id}${life === undefined ? '' : `:${life}`}`
}

export function isNameOfRoom(name: string): boolean {
  return name.startsWith(PREFIX)
}

/** Without these nobody else enters or ends it. Every node finds the same ones, and they are kept nowhere. */
export function keysOfRoom(name: string, secret: string): { readonly secret: string; readonly pin: string } {
  const derive = (purpose: string): string =>
    createHmac('sha256', secret).update(`${purpose}\n${name}`).digest('base64url')
  return { secret: derive('roomrtc-server: secret of a room'), pin: derive('roomrtc-server: pin of a room') }
}
