declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type UserId = Branded<'UserId'>
export type CallId = Branded<'CallId'>
export type SessionId = Branded<'SessionId'>
export type RoomId = Branded<'RoomId'>
export type FileId = Branded<'FileId'>
export type MessageId = Branded<'MessageId'>

/**
 * 1 to 128 printable ASCII characters without space, `"`, `\` and `|`: what survives the account file, a log line
 * and the native client's text search (WIRE-11).
 */
const ID = /^[!#-[\]-{}~]{1,128}$/

export function parseUserId(text: string): UserId | undefined {
  return ID.test(text) ? (text as UserId) : undefined
}

export function parseCallId(text: string): CallId | undefined {
  return ID.test(text) ? (text as CallId) : undefined
}

export function parseSessionId(text: string): SessionId | undefined {
  return ID.test(text) ? (text as SessionId) : undefined
}

/** As people write it into a link, or say it on the phone (ROOM-2). */
const ROOM_ID = /^[A-Za-z0-9_-]{1,64}$/

export function parseRoomId(text: string): RoomId | undefined {
  return ROOM_ID.test(text) ? (text as RoomId) : undefined
}

/** A UUID in small letters: nothing in it means anything to a file system or an object store. */
const FILE_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

export function parseFileId(text: string): FileId | undefined {
  return FILE_ID.test(text) ? (text as FileId) : undefined
}

/** UUIDv7 (RFC 9562): as text they sort by the time when they were made. */
const MESSAGE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

export function parseMessageId(text: string): MessageId | undefined {
  return MESSAGE_ID.test(text) ? (text as MessageId) : undefined
}
