import { T } from '../../wire/wire.ts'
import { signalOf } from './check/signals.ts'
import { resumedIn, statesIn } from './fields.ts'
import { type Entry, isMessage, type Message, textOf } from './history.ts'

type History = readonly Entry[]

/** A fault that is planted into a history that is good, and how what the checker says of it is to begin. */
export interface Plant {
  readonly says: string
  readonly plant: (history: History) => History
}

/** By what has become wrong. */
export const plants: Readonly<Record<string, Plant>> = {
  'a numbered message is lost': {
    says: 'lost: ',
    plant(history) {
      const at = find(history, (entry, index) => isNumbered(entry) && isNumberedAgain(history, entry, index))
      return history.toSpliced(at, 1)
    },
  },
  'a signal without a number of the server is lost': {
    says: 'lost: ',
    plant: (history) => history.toSpliced(findLastingSignal(history), 1),
  },
  'a session is lost': {
    says: 'lost: ',
    plant: (history) =>
      changed(history, isGot(T.RESUMED), (entry) => ({
        ...entry,
        type: T.RESUME_REFUSED,
        payload: { reason: 'unknown' },
      })),
  },
  'a message that was received is forgotten': {
    says: 'lost: ',
    plant: (history) =>
      changedLast(
        history,
        (entry) => isGot(T.RESUMED)(entry) && Number(entry.payload['received']) > 0,
        (entry) => ({ ...entry, payload: { ...entry.payload, received: 0 } }),
      ),
  },
  'more is received than was sent': {
    says: 'doubled: ',
    plant: (history) =>
      changed(history, isGot(T.RESUMED), (entry) => ({
        ...entry,
        payload: { ...entry.payload, received: 100_000 },
      })),
  },
  'a numbered message comes twice': {
    says: 'doubled: ',
    plant: (history) => twice(history, find(history, isNumbered)),
  },
  'a signal comes twice': {
    says: 'doubled: ',
    plant: (history) => twice(history, find(history, isUnnumberedSignal)),
  },
  'two signals are swapped': {
    says: 'swapped: ',
    plant(history) {
      const one = find(history, (entry, index) => isUnnumberedSignal(entry) && next(history, index) >= 0)
      const other = next(history, one)
      const [first, second] = [history[one], history[other]]
      if (first === undefined || second === undefined) throw new Error('two signals')
      return history.with(one, second).with(other, first)
    },
  },
  'a user is in two calls': {
    says: 'two calls: ',
    plant(history) {
      const at = find(history, isGot(T.CALL_NOTIFICATION))
      const payload = { call_id: 'another', from_user_id: 'somebody', from_username: 'somebody' }
      return history.toSpliced(at + 1, 0, { ...messageAt(history, at), payload })
    },
  },
  'a call has ended for one side': {
    says: 'one-sided: ',
    plant: (history) =>
      before(history, findLastingCall(history), T.HANGUP, (call) => ({
        call_id: textOf(call, 'call_id'),
        reason: 'hangup',
      })),
  },
  'the server does not know of a call': {
    says: 'one-sided: ',
    plant: (history) =>
      changedLast(
        history,
        (entry) => isGot(T.RESUMED)(entry) && entry.payload['call'] !== null,
        (entry) => ({ ...entry, payload: { ...entry.payload, call: null } }),
      ),
  },
  'somebody is not told of a change of presence': {
    says: 'presence: ',
    plant(history) {
      const settled = indexOf(history, 'settled')
      const stale = history.findLastIndex((entry, at) => at < settled && isGot(T.USER_STATE_UPDATE)(entry))
      const update = messageAt(history, stale)
      const wrong = update.payload['state'] === 'Busy' ? 'Available' : 'Busy'
      return history.with(stale, { ...update, payload: { ...update.payload, state: wrong } })
    },
  },
  'a node lists users otherwise': {
    says: 'presence: ',
    plant: (history) =>
      changedLast(history, isGot(T.USER_LIST_RESPONSE), (entry) => {
        const users = [...statesIn(entry.payload).keys()].map((username) => ({ username, state: 'Busy' }))
        return { ...entry, payload: { users } }
      }),
  },
  'a node lists rooms otherwise': {
    says: 'room list: ',
    plant: (history) =>
      changedLast(history, isGot(T.ROOM_LIST), (entry) => ({ ...entry, payload: { rooms: [] } })),
  },
  'a member is not told of another one': {
    says: 'room: ',
    plant(history) {
      const { client } = messageAt(
        history,
        history.findLastIndex((entry) => {
          if (!isGot(T.RESUMED)(entry)) return false
          return (resumedIn(entry.payload).room?.members.size ?? 0) > 0
        }),
      )
      const joined = history.findLastIndex((entry) => isGot(T.ROOM_JOINED)(entry) && entry.client === client)
      const entry = messageAt(history, joined)
      const member = { user_id: 'nobody' }
      return history.with(joined, { ...entry, payload: { ...entry.payload, members: [member] } })
    },
  },
}

function isGot(type: number): (entry: Entry) => entry is Message {
  return (entry): entry is Message => entry.what === 'got' && entry.type === type
}

function isNumbered(entry: Entry): entry is Message {
  return entry.what === 'got' && typeof entry.payload['seq'] === 'number'
}

function isUnnumberedSignal(entry: Entry): entry is Message {
  return isGot(T.ICE_CANDIDATE)(entry) && !isNumbered(entry)
}

function isNumberedAgain(history: History, { client, payload }: Message, at: number): boolean {
  const following = Number(payload['seq']) + 1
  return history.some(
    (later, index) =>
      index > at && isNumbered(later) && later.client === client && later.payload['seq'] === following,
  )
}

function find(history: History, fits: (entry: Entry, index: number) => boolean): number {
  const at = history.findIndex(fits)
  if (at < 0) throw new Error('the history has nothing of that kind')
  return at
}

function messageAt(history: History, at: number): Message {
  const entry = history[at]
  if (entry === undefined || !isMessage(entry)) throw new Error('the history has no such message')
  return entry
}

function indexOf(history: History, what: 'quiet' | 'settled'): number {
  return find(history, (entry) => entry.what === what)
}

function changed(
  history: History,
  fits: (entry: Entry) => entry is Message,
  change: (entry: Message) => Message,
): History {
  const at = find(history, fits)
  return history.with(at, change(messageAt(history, at)))
}

function changedLast(
  history: History,
  fits: (entry: Message) => boolean,
  change: (entry: Message) => Message,
): History {
  const at = history.findLastIndex((entry) => isMessage(entry) && fits(entry))
  return history.with(at, change(messageAt(history, at)))
}

function twice(history: History, at: number): History {
  return history.toSpliced(at, 0, messageAt(history, at))
}

/** The next signal from the same sender to the same client at the same connection. */
function next(history: History, at: number): number {
  const { client, connection } = messageAt(history, at)
  const from = signalOf(messageAt(history, at))?.from
  return history.findIndex(
    (entry, index) =>
      index > at &&
      isUnnumberedSignal(entry) &&
      entry.client === client &&
      entry.connection === connection &&
      signalOf(entry)?.from === from,
  )
}

/**
 * A signal to a client that cannot resume, from one of which none was refused, between two that are there from then on until
 * all is quiet.
 */
function findLastingSignal(history: History): number {
  const quiet = indexOf(history, 'quiet')
  const refused = new Set(
    history.flatMap((entry) =>
      isGot(T.ERROR)(entry) && entry.payload['in_reply_to'] === T.ICE_CANDIDATE ? [entry.client] : [],
    ),
  )
  const at = history.findLastIndex((entry, index) => {
    if (!isUnnumberedSignal(entry)) return false
    const from = signalOf(entry)?.from ?? ''
    if (refused.has(from)) return false
    return !history
      .slice(index, quiet)
      .some((later) => later.what === 'closed' && [entry.client, from].includes(later.client))
  })
  if (at < 0) throw new Error('the history has no such signal')
  return at
}

/** What a caller was told of whose call lasts to the end. */
function findLastingCall(history: History): Message {
  const lasting = messageAt(
    history,
    history.findLastIndex((entry) => isGot(T.RESUMED)(entry) && entry.payload['call'] !== null),
  )
  return { ...lasting, payload: resumedIn(lasting.payload).call ?? {} }
}

/** Just before all have heard everything the client of that message gets another one. */
function before(
  history: History,
  like: Message,
  type: number,
  payload: (like: Message) => Message['payload'],
): History {
  const settled = indexOf(history, 'settled')
  const last = messageAt(
    history,
    history.findLastIndex(
      (entry, at) => at < settled && entry.what === 'got' && entry.client === like.client,
    ),
  )
  return history.toSpliced(settled, 0, { ...last, type, payload: payload(like) })
}
