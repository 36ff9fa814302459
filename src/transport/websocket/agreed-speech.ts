import type { IncomingMessage } from 'node:http'
import { err, ok, type Result } from '../../domain/result.ts'
import type { RawAnswer } from '../admission/raw-answer.ts'
import type { Speech } from './open-connection.ts'
import { choose, KNOWN_SUBPROTOCOLS } from './subprotocol.ts'

/** One of the subprotocols that a client offers (WS-1). */
export function agreedSpeech({ headers }: IncomingMessage): Result<Speech, RawAnswer> {
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? []
  const subprotocol = choose(offered)
  if (subprotocol !== undefined) return ok({ subprotocol })
  const message = `None of these subprotocols is known here: use ${KNOWN_SUBPROTOCOLS.join(' or ')}`
  return err({ code: 400, name: 'Bad Request', error: 'unknown_subprotocol', message })
}
