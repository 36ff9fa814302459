import type { Entry } from '../model/room-view.ts'

/** What this tab knows until it is closed: by it a page that is loaded anew is inside again. */
export interface KeptEntry {
  readonly token: string
  readonly username: string
  readonly isGuest: boolean
}

const ENTRY = 'roomrtc-entry'
const ROOM = 'roomrtc-room'
const PREFERENCES = 'roomrtc-preferences'

export function readEntry(): KeptEntry | undefined {
  const found = parse(read(sessionStorage, ENTRY))
  if (!('token' in found && 'username' in found && 'isGuest' in found)) return undefined
  const { token, username, isGuest } = found
  if (typeof token !== 'string' || typeof username !== 'string') return undefined
  return { token, username, isGuest: isGuest === true }
}

/** undefined forgets it. */
export function keepEntry(entry: KeptEntry | undefined): void {
  write(sessionStorage, ENTRY, entry === undefined ? undefined : JSON.stringify(entry))
}

/** How this tab came into the room that its address names; so it comes in again when it is loaded anew. */
export function readRoomEntry(id: string): Entry | undefined {
  const found = parse(read(sessionStorage, ROOM))
  if (!('id' in found && 'nickname' in found && found.id === id)) return undefined
  const { nickname } = found
  if (typeof nickname !== 'string') return undefined
  const invite = 'invite' in found && typeof found.invite === 'string' ? found.invite : undefined
  const kind = 'kind' in found && found.kind === 'voice' ? 'voice' : 'video'
  return { id, nickname, kind, invite }
}

/** undefined forgets it. */
export function keepRoomEntry(entry: Entry | undefined): void {
  write(sessionStorage, ROOM, entry === undefined ? undefined : JSON.stringify(entry))
}

export function readKeptPreferences(): string | null {
  return read(localStorage, PREFERENCES)
}

export function keepPreferences(preferences: object): void {
  write(localStorage, PREFERENCES, JSON.stringify(preferences))
}

// Where a browser keeps nothing for a page, it throws at each of these; the page goes on without.

function read(storage: Storage, name: string): string | null {
  try {
    return storage.getItem(name)
  } catch {
    return null
  }
}

function write(storage: Storage, name: string, text: string | undefined): void {
  try {
    if (text === undefined) storage.removeItem(name)
    else storage.setItem(name, text)
  } catch {
    // It is as if the page had not been here.
  }
}

function parse(text: string | null): object {
  try {
    const found: unknown = JSON.parse(text ?? '{}')
    return typeof found === 'object' && found !== null ? found : {}
  } catch {
    return {}
  }
}
