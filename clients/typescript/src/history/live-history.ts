import type { Ask, Unsubscribe } from '../ask.ts'
import type { Question } from '../client/asker.ts'
import type { Host, Part } from '../client/part.ts'
import { Emitter } from '../emitter.ts'
import { RoomRtcError } from '../error.ts'
import type { ServerMessage } from '../wire/server-messages.ts'
import type { History, HistoryEvents, HistoryPage, HistoryQuery } from './history.ts'
import { learn } from '../wire/read-message.ts'
import { historyShapes } from '../wire/history-shapes.ts'

/** Asks for the calls of the past, and hears how many have been missed. */
export class LiveHistory implements History, Part {
  readonly #host: Host
  readonly #emitter = new Emitter<HistoryEvents>()
  #unseen: number | undefined

  constructor(host: Host) {
    learn(historyShapes)
    this.#host = host
  }

  get unseen(): number | undefined {
    return this.#unseen
  }

  list(query: HistoryQuery = {}, options: Ask = {}): Promise<HistoryPage> {
    const message = { type: 'HISTORY_REQUEST', payload: query } as const
    return this.#ask({ what: 'list', message, answers: ['HISTORY'], read: readPage }, options)
  }

  markSeen(
    { call: call_id, upTo: up_to }: { readonly call?: string; readonly upTo?: number } = {},
    options: Ask = {},
  ): Promise<number> {
    const payload = { ...(call_id !== undefined && { call_id }), ...(up_to !== undefined && { up_to }) }
    const message = { type: 'HISTORY_SEEN', payload } as const
    const read = (answer: ServerMessage): number | RoomRtcError => {
      if (answer.type !== 'HISTORY_SEEN') return notUnderstood(answer)
      this.#heard(answer.payload.unseen)
      return answer.payload.unseen
    }
    return this.#ask({ what: 'markSeen', message, answers: ['HISTORY_SEEN'], read }, options)
  }

  on<E extends keyof HistoryEvents>(event: E, listener: (value: HistoryEvents[E]) => void): Unsubscribe {
    return this.#emitter.on(event, listener)
  }

  take({ type, payload }: ServerMessage): boolean {
    if (type !== 'HISTORY_SEEN') return false
    this.#heard(payload.unseen)
    return true
  }

  end(): void {
    this.#unseen = undefined
  }

  #heard(unseen: number): void {
    this.#unseen = unseen
    this.#emitter.emit('unseen', unseen)
  }

  #ask<T>(question: Question<T>, options: Ask): Promise<T> {
    if (this.#host.capabilities().includes('history'))
      return this.#host.asker.ask({ ...question, repeats: true }, options)
    const lacking = 'there is no connection to a server that keeps calls'
    return Promise.reject(new RoomRtcError('wrong_state', lacking))
  }
}

function readPage(answer: ServerMessage): HistoryPage | RoomRtcError {
  if (answer.type !== 'HISTORY') return notUnderstood(answer)
  const { entries, unseen, next_cursor: cursor } = answer.payload
  const calls = entries.map(
    ({ call_id: id, peer_user_id, peer_username: username, started_at, duration_ms, ...rest }) => {
      const peer = { id: peer_user_id, username }
      return { id, peer, startedAt: started_at, durationMs: duration_ms, ...rest }
    },
  )
  return { calls, unseen, cursor }
}

function notUnderstood({ type }: ServerMessage): RoomRtcError {
  return new RoomRtcError('not_understood', `the server has answered with ${type}`)
}
