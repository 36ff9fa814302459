import { userId, userName } from '../../shared/users.ts'
import { frame, T } from '../../shared/wire.ts'

// All are of one length but for the state, so what is looked for stands at the same place in each.
const SAMPLE = frame(T.USER_STATE_UPDATE, { user_id: userId(0), username: userName(0), state: '?' })
const STATE = SAMPLE.indexOf('?')
const ID = SAMPLE.indexOf(userId(0))
const NUMBER_END = ID + userId(0).length
const ZERO = 0x30

/** The first letter of the state that a USER_STATE_UPDATE tells of, as its code. */
export function stateIn(bytes: Buffer, start: number): number {
  return bytes.readUInt8(start + STATE)
}

/** Which user it is about, if fewer than a million. */
export function userIn(bytes: Buffer, start: number): number {
  let n = 0
  for (let at = start + NUMBER_END - 6; at < start + NUMBER_END; at++) n = 10 * n + bytes.readUInt8(at) - ZERO
  return n
}

export const AVAILABLE = 'A'.charCodeAt(0)
export const BUSY = 'B'.charCodeAt(0)
