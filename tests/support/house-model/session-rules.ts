import { T } from '../wire/wire.ts'
import { callInResumed, endCallOf, tellPeerState } from './call-rules.ts'
import { type Account, type Connection, type Model, type Session, type Token, userList } from './model.ts'
import { answer, type Asked, ofCalls, refuse, send, sendOff } from './post.ts'

export const WINDOW_MS = 60_000

/** All that the server knows, in the order of the table of capabilities. */
const known = ['resume', 'call_control', 'ice_servers', 'goaway', 'account']

export const PASSWORD = 'pw'

export function open(model: Model): Connection {
  const connection: Connection = {
    openedAt: model.now,
    open: true,
    saidHello: false,
    capabilities: new Set(),
    session: undefined,
    introduced: false,
    heardAt: model.now,
    promisesHeartbeats: false,
    expected: [],
  }
  model.connections.push(connection)
  return connection
}

/** What any well-formed message does, whatever it asks: RESUME-4, RESUME-10, TIME-1, BEAT-2. */
export function hear(model: Model, { by, type }: Asked): void {
  const { session } = by
  by.heardAt = model.now
  if (type === T.LOGIN_REQUEST || type === T.REGISTER_REQUEST || type === T.RESUME) by.introduced = true
  if (session === undefined) return
  if (ofCalls.has(type)) session.received += 1
  spend(session.previousToken, 'replaced')
  session.previousToken = undefined
}

/** HELLO-1, HELLO-2. */
export function hello(asked: Asked, wanted: readonly string[]): void {
  if (asked.by.session !== undefined) {
    refuse(asked, 'hello_too_late')
    return
  }
  const capabilities = known.filter((one) => wanted.includes(one))
  asked.by.saidHello = true
  asked.by.capabilities = new Set(capabilities)
  answer(asked, T.WELCOME, { protocol: 1, capabilities })
}

/** AUTH-1, AUTH-2, AUTH-3. `id`: that of the account, if one comes of it. */
export function register(
  model: Model,
  asked: Asked,
  { id, username }: Pick<Account, 'id' | 'username'>,
): void {
  if (!/^[\w.@+-]{1,32}$/.test(username))
    answer(asked, T.REGISTER_RESPONSE, { success: false, reason: 'invalid_username' })
  else if (model.accounts.has(username))
    answer(asked, T.REGISTER_RESPONSE, {
      success: false,
      error: 'Username already exists',
      reason: 'username_taken',
    })
  else {
    model.accounts.set(username, { id, username, password: PASSWORD })
    answer(asked, T.REGISTER_RESPONSE, { success: true, user_id: id, username })
  }
}

/** AUTH-4, AUTH-5, AUTH-8, SESS-1. */
export function logIn(
  model: Model,
  asked: Asked,
  { username, password }: { readonly username: string; readonly password: string },
): void {
  const { by } = asked
  const user = model.accounts.get(username)
  if (by.session !== undefined && by.session.user.username !== username) refuse(asked, 'already_logged_in')
  else if (user === undefined || password !== user.password) {
    const reason = 'invalid_credentials'
    answer(asked, T.LOGIN_RESPONSE, { success: false, error: 'Invalid credentials', reason })
  } else {
    const earlier = by.session === undefined ? model.sessions.get(username) : undefined
    // The earlier one's call ends before the new session could be told anything of it.
    if (earlier !== undefined) endSession(model, earlier, 'replaced')
    const session = by.session ?? begin(model, by, user)
    const resumption = session.capabilities.has('resume')
      ? { session_token: renewToken(model, session), resume_window_ms: WINDOW_MS }
      : {}
    const more = { ...resumption, ...disturbance(session) }
    answer(asked, T.LOGIN_RESPONSE, { success: true, user_id: user.id, username, ...more })
    if (session.capabilities.has('ice_servers')) send(by, T.ICE_SERVERS, {})
  }
}

/** ACCOUNT-9. Nobody here wants not to be rung. */
const disturbance = ({ capabilities }: Session) =>
  capabilities.has('account') ? { do_not_disturb: false } : {}

function begin(model: Model, connection: Connection, user: Account): Session {
  const { capabilities } = connection
  const session: Session = {
    ...{ user, capabilities, connection, lostAt: undefined },
    ...{ owed: [], lastSeq: 0, sentSeq: 0, acknowledged: 0, received: 0 },
    ...{ token: undefined, previousToken: undefined },
  }
  connection.session = session
  model.sessions.set(user.username, session)
  return session
}

/** AUTH-7. */
export function logOut(model: Model, asked: Asked): void {
  const { session } = asked.by
  if (session === undefined) {
    refuse(asked, 'login_required')
    return
  }
  answer(asked, T.LOGOUT_RESPONSE, { success: true, error: null })
  endSession(model, session, 'logout')
}

/** ACCOUNT-1, ACCOUNT-3. */
export function changePassword(
  asked: Asked,
  { password, next }: { readonly password: string; readonly next: string },
): void {
  const user = ownerOf(asked, password)
  if (user === undefined) return
  user.password = next
  answer(asked, T.PASSWORD_CHANGED, {})
}

/** ACCOUNT-4, ACCOUNT-5. */
export function deleteAccount(model: Model, asked: Asked, password: string): void {
  const user = ownerOf(asked, password)
  if (user === undefined || asked.by.session === undefined) return
  model.accounts.delete(user.username)
  answer(asked, T.ACCOUNT_DELETED, {})
  endSession(model, asked.by.session, 'logout')
}

/** Who may do something to the own account. */
function ownerOf(asked: Asked, password: string): Account | undefined {
  const user = asked.by.session?.user
  if (!asked.by.capabilities.has('account')) refuse(asked, 'not_negotiated')
  else if (user === undefined) refuse(asked, 'login_required')
  else if (user.password !== password) refuse(asked, 'invalid_credentials')
  else return user
  return undefined
}

const fateOf = { replaced: 'replaced', logout: 'unknown', peer_disconnected: 'expired' } as const

/** `reason`: what the other party of its call is told. */
export function endSession(model: Model, session: Session, reason: keyof typeof fateOf): void {
  const { user, connection } = session
  endCallOf(model, user, reason)
  spend(session.token, fateOf[reason])
  spend(session.previousToken, fateOf[reason])
  model.sessions.delete(user.username)
  if (connection === undefined) return
  connection.session = undefined
  if (reason === 'replaced') sendOff(connection, 'session_replaced')
}

/** RESUME-5, RESUME-6, CALL-8: whoever has ended it. */
export function lose(model: Model, connection: Connection): void {
  connection.open = false
  const { session } = connection
  if (session === undefined) return
  if (!session.capabilities.has('resume')) {
    endSession(model, session, 'peer_disconnected')
    return
  }
  connection.session = undefined
  session.connection = undefined
  session.lostAt = model.now
  tellPeerState(model, session.user, 'reconnecting')
}

/** RESUME-2, RESUME-3, RESUME-9 to RESUME-12. `token` is undefined where it never was one. */
export function resume(
  model: Model,
  asked: Asked,
  { token, lastSeq }: { readonly token: Token | undefined; readonly lastSeq: number },
): void {
  const { by } = asked
  const turnAway = (reason: string) => {
    answer(asked, T.RESUME_REFUSED, { reason })
  }
  if (!by.capabilities.has('resume')) refuse(asked, 'not_negotiated')
  else if (by.session !== undefined) refuse(asked, 'already_logged_in')
  else if (token === undefined) turnAway('unknown')
  else if (token.fate !== 'good') turnAway(token.fate)
  else if (lastSeq > token.session.lastSeq) refuse(asked, 'invalid_field')
  else if (lastSeq < token.session.acknowledged) turnAway('overflow')
  else goOn(model, asked, token, lastSeq)
}

function goOn(model: Model, asked: Asked, token: Token, lastSeq: number): void {
  const { session } = token
  const { user, connection: old } = session
  const wasAway = session.lostAt !== undefined
  // Of the two that may be good, the client has shown that it goes by this one.
  spend(token === session.token ? session.previousToken : session.token, 'replaced')
  session.token = token
  session.previousToken = undefined
  acknowledge(session, lastSeq)
  if (old !== undefined) {
    old.session = undefined
    sendOff(old, 'session_resumed')
  }
  const { by } = asked
  by.session = session
  by.capabilities = session.capabilities
  session.connection = by
  session.lostAt = undefined
  answer(asked, T.RESUMED, {
    user_id: user.id,
    username: user.username,
    session_token: renewToken(model, session),
    resume_window_ms: WINDOW_MS,
    replayed: session.owed.length,
    received: session.received,
    call: callInResumed(model, user),
    ...disturbance(session),
  })
  session.sentSeq = session.lastSeq
  for (const { type, payload } of session.owed) send(by, type, payload)
  send(by, T.USER_LIST_RESPONSE, { users: userList(model) })
  if (wasAway) tellPeerState(model, user, 'connected')
  if (session.capabilities.has('ice_servers')) send(by, T.ICE_SERVERS, {})
}

/** RESUME-1, BEAT-1. `ack` is of no meaning without `resume`. */
export function heartbeat(asked: Asked, timestamp: number, ack: number | undefined): void {
  const { by } = asked
  const { session } = by
  if (ack !== undefined && session?.capabilities.has('resume') === true) {
    if (ack > session.lastSeq) {
      refuse(asked, 'invalid_field')
      return
    }
    acknowledge(session, ack)
  }
  by.promisesHeartbeats = true
  answer(asked, T.HEARTBEAT, { timestamp })
}

function acknowledge(session: Session, seq: number): void {
  session.acknowledged = Math.max(session.acknowledged, seq)
  session.owed = session.owed.filter(({ payload }) => Number(payload['seq']) > seq)
}

function renewToken(model: Model, session: Session): Token {
  spend(session.previousToken, 'replaced')
  session.previousToken = session.token
  session.token = { session, fate: 'good', text: '' }
  model.tokens.push(session.token)
  return session.token
}

function spend(token: Token | undefined, fate: Token['fate']): void {
  if (token !== undefined) token.fate = fate
}
