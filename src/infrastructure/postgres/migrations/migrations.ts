import { accounts } from './001-accounts.ts'
import { doNotDisturb } from './002-do-not-disturb.ts'
import { invites } from './003-invites.ts'
import { calls } from './004-calls.ts'
import { files } from './005-files.ts'
import { messages } from './006-messages.ts'
import { tokenKeys } from './007-token-keys.ts'
import { holds } from './008-holds.ts'
import { push } from './009-push.ts'

/** A step from one state of the tables to the next. One that was released is never changed. */
export interface Migration {
  readonly number: number
  readonly name: string
  /** Plain SQL, any number of statements. */
  readonly sql: string
}

/** In their order, numbered from 1. */
export const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: 'accounts', sql: accounts },
  { number: 2, name: 'do-not-disturb', sql: doNotDisturb },
  { number: 3, name: 'invites', sql: invites },
  { number: 4, name: 'calls', sql: calls },
  { number: 5, name: 'files', sql: files },
  { number: 6, name: 'messages', sql: messages },
  { number: 7, name: 'token-keys', sql: tokenKeys },
  { number: 8, name: 'holds', sql: holds },
  { number: 9, name: 'push', sql: push },
]
