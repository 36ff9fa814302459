import assert from 'node:assert/strict'
import { type Received, T } from '../wire/wire.ts'
import type { Expected } from './model.ts'

/** Without what a program does not go by, or is told of elsewhere; undefined for what comes at no promised time. */
export function readable({ type, payload }: Received): Expected | undefined {
  const { request_id } = payload
  switch (type) {
    case T.USER_STATE_UPDATE:
      return undefined
    case T.HEARTBEAT:
      return request_id === undefined ? undefined : { type, payload }
    case T.ERROR: {
      const { message, ...rest } = payload
      assert(typeof message === 'string' && message !== '')
      return { type, payload: rest }
    }
    case T.REGISTER_RESPONSE: {
      const { error, ...rest } = payload
      return { type, payload: payload['reason'] === 'invalid_username' ? rest : { ...rest, ...given(error) } }
    }
    case T.WELCOME: {
      const { protocol, capabilities } = payload
      return { type, payload: { protocol, capabilities, request_id } }
    }
    case T.ICE_SERVERS:
      return { type, payload: request_id === undefined ? {} : { request_id } }
    default:
      return { type, payload }
  }
}

const given = (error: unknown) => (error === undefined ? {} : { error })

/** Tokens are the server's to choose: the model takes them as they come. */
export function learnToken(token: unknown, text: unknown): void {
  if (typeof token !== 'object' || token === null || !('text' in token)) return
  assert(typeof text === 'string' && text.length === 43, 'no session token')
  token.text = text
}

/** What the model expects, in the server's words. */
export function comparable({ type, payload }: Expected): Expected {
  const token = payload['session_token']
  if (typeof token !== 'object' || token === null || !('text' in token)) return { type, payload }
  return { type, payload: { ...payload, session_token: token.text } }
}
