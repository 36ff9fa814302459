import type { CallView } from '../application/call/call-view.ts'
import type { CallHistory } from '../application/ports/call-history.ts'
import type { AccessTokens, IssuedToken } from '../application/ports/access-tokens.ts'
import type { Clock } from '../application/ports/system/clock.ts'
import type { SessionRecord } from '../application/ports/sessions.ts'
import type { Transact, Tx } from '../application/ports/transaction.ts'
import type { UserStore } from '../application/ports/user-store.ts'
import type { UseCases } from '../application/use-cases.ts'
import type { UserId } from '../domain/ids.ts'
import { RefusalReason } from '../domain/refusal.ts'
import { err, ok, type Result } from '../domain/result.ts'
import type { User } from '../domain/user.ts'
import { type ClientMessage, messageTable, type ServerMessage } from '../protocol/message-table.ts'
import type { HistoryRequest, HistorySeen } from '../protocol/messages/history.ts'
import type { SendRequest, WireMessage, WireRange } from '../protocol/messages/messages.ts'
import { MAX_LISTED_ROOMS, type WireRoom } from '../protocol/messages/room.ts'
import type { UserListRequest } from '../protocol/messages/user.ts'
import type { WireRefusal } from './conversation/present-refusal.ts'
import { answer, decide } from './decide.ts'
import { type Witnesses, witnessRefusal } from './conversation/witness.ts'
import type { Deliver } from './delivery/deliver.ts'
import { presentMessage, presentMessages } from './delivery/present/present-messages.ts'
import type { MessageWork } from './messages/message-work.ts'
import { presentHistory } from './delivery/present/present-history.ts'
import { readSeenCalls } from './requests/history-requests.ts'
import { readHistoryQuery } from './requests/read-history-query.ts'
import { readUserListQuery } from './requests/read-user-list-query.ts'
import { presentRoom, presentRoomList } from './delivery/present/present-room.ts'
import { presentUserList } from './delivery/present/present-user-list.ts'
import type { AttemptPassword } from './passwords/password-attempts.ts'
import type { AttemptToken } from './passwords/token-attempts.ts'
import { costOf } from './rates/costs.ts'
import { pleaseWait } from './rates/please-wait.ts'
import type { RateLimits } from './rates/rate-limits.ts'
import type { TokenTable } from './resumption/token-table.ts'
import type { KeptFrom } from './shared/boxes/kept-from.ts'

type UserListPage = Extract<ServerMessage, { type: 'USER_LIST_RESPONSE' }>['payload']

type MessagesPage = Extract<ServerMessage, { type: 'MESSAGES' }>['payload']
type HistoryPage = Extract<ServerMessage, { type: 'HISTORY' }>['payload']
type RoomListPage = Extract<ServerMessage, { type: 'ROOM_LIST' }>['payload']
type RoomListRequest = Extract<ClientMessage, { type: 'ROOM_LIST_REQUEST' }>['payload']

interface Login {
  readonly username: string
  /** One of these is the password. */
  readonly passwords: readonly string[]
}

/** What can be asked without a connection, as by HTTP. Addresses are as limits count them. */
export interface Inquiries {
  /** A token for whoever knows the password; no session. */
  readonly logIn: (
    address: string,
    login: Login,
  ) => Promise<Result<{ readonly user: User; readonly issued: IssuedToken }, WireRefusal>>
  /** A name and a token for somebody without an account; `no_guests` where there are none. */
  readonly enterAsGuest: (
    address: string,
    username: string,
  ) => Promise<Result<{ readonly user: User; readonly issued: IssuedToken }, WireRefusal | 'no_guests'>>
  /** Whose token it is. */
  readonly authenticate: (address: string, token: string) => Promise<Result<User, WireRefusal>>
  readonly listUsers: (address: string, wanted: UserListRequest) => Promise<Result<UserListPage, WireRefusal>>
  /** The rooms that the user may see, as ROOM_LIST has them. */
  readonly listRooms: (
    address: string,
    user: User,
    wanted: RoomListRequest,
  ) => Promise<Result<RoomListPage, WireRefusal>>
  /** One room that the user may see, with all its members. */
  readonly lookAtRoom: (user: User, room: string) => Promise<Result<WireRoom, WireRefusal>>
  /** The user's calls of the past, as HISTORY has them. */
  readonly lookAtHistory: (
    address: string,
    user: User,
    wanted: HistoryRequest,
  ) => Promise<Result<HistoryPage, WireRefusal>>
  /** What HISTORY_SEEN does; gives how many missed calls are left. */
  readonly markSeen: (address: string, user: User, which: HistorySeen) => Promise<Result<number, WireRefusal>>
  /** A page of a conversation, as MESSAGES has it. */
  readonly lookAtMessages: (
    address: string,
    user: User,
    conversation: string,
    range: WireRange,
  ) => Promise<Result<MessagesPage, WireRefusal>>
  /** What MESSAGE_SEND does; gives the message as it is stored. */
  readonly sendMessage: (
    address: string,
    user: User,
    wanted: SendRequest,
  ) => Promise<Result<WireMessage, WireRefusal>>
  /** Whether the user may see a file that the messages refer to, if such they are. */
  readonly maySeeFile: (user: UserId, referrers: readonly string[]) => Promise<boolean>
  /** The call that the user is in by this session. */
  readonly callOf: (session: SessionRecord) => Promise<CallView | undefined>
  /** From which number on messages are kept for the session that the token leads to; undefined where nobody can say now. */
  readonly owedFrom: (sessionToken: string) => Promise<number | undefined>
}

interface Deps extends Witnesses {
  readonly useCases: UseCases
  readonly accessTokens: Pick<AccessTokens, 'issue'>
  readonly users: Pick<UserStore, 'findById'>
  readonly transact: Transact
  readonly deliver: Deliver
  readonly history: Pick<CallHistory, 'unseen'>
  readonly messages: Pick<MessageWork, 'page' | 'send' | 'maySee'>
  readonly tokens: TokenTable
  /** Of sessions that other nodes have; undefined where there are none. */
  readonly keptFrom: KeptFrom | undefined
  readonly attemptPassword: AttemptPassword
  readonly attemptToken: AttemptToken
  readonly rates: RateLimits
  readonly clock: Clock
}

export function makeInquiries(deps: Deps): Inquiries {
  const {
    useCases,
    accessTokens,
    users,
    transact,
    deliver,
    history,
    messages,
    tokens,
    keptFrom,
    attemptPassword,
    attemptToken,
    rates,
    clock,
    figures,
  } = deps

  return {
    async logIn(address, { username, passwords }) {
      const refusal = charge(address, 'LOGIN_REQUEST')
      if (refusal !== undefined) return refuse(address, refusal)
      const known = await attemptPassword({ address, username }, async (from) => {
        let last = await useCases.verifyCredentials({ username, password: passwords[0] ?? '', from })
        for (const password of passwords.slice(1)) {
          if (last.ok || last.error.reason !== RefusalReason.invalidCredentials) break
          last = await useCases.verifyCredentials({ username, password, from })
        }
        return last
      })
      if (!known.ok) return refuse(address, known.error)
      const { user, passwordHash } = known.value
      const account = await users.findById(user.id)
      if (account?.disabled === true)
        return refuse(address, { reason: RefusalReason.accountDisabled, account: user.id })
      figures.logins.add('granted')
      return ok({ user, issued: await accessTokens.issue({ ...user, passwordHash }) })
    },

    async enterAsGuest(address, username) {
      const refusal = charge(address, 'REGISTER_REQUEST')
      return refusal === undefined ? useCases.enterAsGuest(username) : err(refusal)
    },

    async authenticate(address, token) {
      const verified = await attemptToken(address, token)
      return verified.ok ? ok(verified.value.user) : refuse(address, verified.error)
    },

    async listUsers(address, wanted) {
      const refusal = charge(address, 'USER_LIST_REQUEST')
      if (refusal !== undefined) return err(refusal)
      const query = readUserListQuery(wanted)
      if (!query.ok) return query
      const listed = await look(async (tx) => {
        // Making a large one takes long: between two of them everybody else has a turn.
        await new Promise((resolve) => setImmediate(resolve))
        return presentUserList(await useCases.listUsers(tx, query.value), query.value)
      })
      return ok(listed.type === 'USER_LIST_RESPONSE' ? listed.payload : { users: [] })
    },

    async listRooms(address, user, { cursor: after, limit = MAX_LISTED_ROOMS }) {
      const refusal = charge(address, 'ROOM_LIST_REQUEST')
      if (refusal !== undefined) return err(refusal)
      const { rooms, nextCursor } = await look((tx) => useCases.listRooms(tx, user.id, { after, limit }))
      return ok(presentRoomList(rooms, nextCursor).payload)
    },

    async lookAtRoom(user, text) {
      const found = await look((tx) => useCases.lookAtRoom(tx, user.id, text))
      return found.ok ? ok(presentRoom({ room: found.value, others: found.value.members })) : found
    },

    async lookAtHistory(address, user, wanted) {
      const refusal = charge(address, 'HISTORY_REQUEST')
      if (refusal !== undefined) return err(refusal)
      const query = readHistoryQuery(wanted)
      if (!query.ok) return query
      return ok(presentHistory(await look(() => useCases.lookAtHistory(user.id, query.value))).payload)
    },

    async markSeen(address, { id: user }, wanted) {
      const refusal = charge(address, 'HISTORY_SEEN')
      if (refusal !== undefined) return err(refusal)
      const which = readSeenCalls(wanted)
      if (!which.ok) return which
      const effects = [{ kind: 'history-seen', user, which: which.value }] as const
      await decide({ transact, deliver }, () => Promise.resolve({ value: undefined, effects }))
      return ok(history.unseen(user))
    },

    async lookAtMessages(address, user, conversation, range) {
      const refusal = charge(address, 'MESSAGES_REQUEST')
      if (refusal !== undefined) return err(refusal)
      const page = await messages.page(user, conversation, range)
      return page.ok ? ok(presentMessages(page.value).payload) : page
    },

    async sendMessage(address, user, wanted) {
      const refusal = charge(address, 'MESSAGE_SEND')
      if (refusal !== undefined) return err(refusal)
      const stored = await messages.send({ user, session: undefined }, wanted)
      if (!stored.ok) return stored
      await transact(stored.value.work, (outcome) => {
        if (outcome.ok) deliver(outcome.value)
      })
      return ok(presentMessage(stored.value.sent))
    },

    maySeeFile: (user, referrers) => messages.maySee(user, referrers),

    callOf: (session) => look((tx) => useCases.viewCall(tx, session)),

    async owedFrom(sessionToken) {
      const found = tokens.find(sessionToken)
      if (found.ok) return found.value.resumption.outbox.firstSeq
      return keptFrom === undefined ? 1 : keptFrom(tokens.hashOf(sessionToken))
    },
  }

  /** Reads what is there, in its turn. */
  function look<Value>(read: (tx: Tx) => Promise<Value>): Promise<Value> {
    return decide({ transact, deliver: () => undefined }, async (tx) => answer(await read(tx)))
  }

  /** As a refused LOGIN_REQUEST is. */
  function refuse(address: string, refusal: WireRefusal): Result<never, WireRefusal> {
    witnessRefusal(deps, refusal, messageTable.LOGIN_REQUEST.code, address)
    return err(refusal)
  }

  function charge(address: string, type: ClientMessage['type']): WireRefusal | undefined {
    const cost = costOf(messageTable[type].code, 0)
    const verdict = rates.meter(address).charge(type, cost, clock.monotonicMs())
    if (verdict.kind === 'granted') return undefined
    return pleaseWait('rate_limited', 'Too many requests from this address', verdict.waitMs)
  }
}
