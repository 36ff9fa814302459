import type { Ask } from '../ask.ts'
import type { Host, Part } from '../client/part.ts'
import { RoomRtcError } from '../error.ts'
import { learnCodes } from '../wire/binary.ts'
import type { ClientMessage } from '../wire/client-messages.ts'
import { pushCodes } from '../wire/push-codes.ts'
import { pushShapes } from '../wire/push-shapes.ts'
import { learn } from '../wire/read-message.ts'
import type { ServerMessage } from '../wire/server-messages.ts'
import type { Push, WakeAddress } from './push.ts'

/** Asks for the key, and says where this device can be woken. */
export class LivePush implements Push, Part {
  readonly #host: Host

  constructor(host: Host) {
    learn(pushShapes)
    learnCodes(pushCodes)
    this.#host = host
  }

  key(options?: Ask): Promise<string> {
    const read = (told: ServerMessage) => (told.type === 'PUSH_KEY' ? told.payload.public_key : misread(told))
    return this.#ask('key', { type: 'PUSH_KEY', payload: {} }, 'PUSH_KEY', read, options)
  }

  subscribe({ endpoint, keys: { p256dh, auth } }: WakeAddress, options?: Ask): Promise<number> {
    const payload = { endpoint, keys: { p256dh, auth } }
    return this.#ask('subscribe', { type: 'PUSH_SUBSCRIBE', payload }, 'PUSH_STATE', count, options)
  }

  unsubscribe(endpoint: string, options?: Ask): Promise<number> {
    const message = { type: 'PUSH_UNSUBSCRIBE', payload: { endpoint } } as const
    return this.#ask('unsubscribe', message, 'PUSH_STATE', count, options)
  }

  take(): boolean {
    return false
  }

  #ask<T>(
    what: string,
    message: ClientMessage,
    answer: ServerMessage['type'],
    read: (told: ServerMessage) => T | RoomRtcError,
    options: Ask = {},
  ): Promise<T> {
    if (!this.#host.capabilities().includes('push'))
      return Promise.reject(
        new RoomRtcError('wrong_state', 'there is no connection on which push was agreed on'),
      )
    return this.#host.asker.ask({ what, message, answers: [answer], repeats: true, read }, options)
  }
}

function count(told: ServerMessage): number | RoomRtcError {
  return told.type === 'PUSH_STATE' ? told.payload.subscriptions : misread(told)
}

function misread({ type }: ServerMessage): RoomRtcError {
  return new RoomRtcError('not_understood', `the server has answered with ${type}`)
}
