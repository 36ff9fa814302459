import { RoomRtcError } from '../error.ts'
import type { Person } from '../users/person.ts'
import type { ServerMessage, ServerPayloads } from '../wire/server-messages.ts'
import { Continuity } from './continuity.ts'
import type { Credentials } from './credentials.ts'
import { isFinalRefusal } from './farewell.ts'
import { refusal, type Request } from './requests.ts'

/** Asks on the present connection; what comes of it after that has ended is nobody's concern. */
export type Asking = (request: Request) => void

/** How the way in has ended. `again`: on another connection, later. `signed-out`: not unless somebody asks for it. */
export type Entrance =
  | { readonly name: 'entered'; readonly resumed: ServerPayloads['RESUMED'] | undefined }
  | { readonly name: 'again'; readonly why: RoomRtcError }
  | { readonly name: 'signed-out'; readonly why: RoomRtcError }

export interface SessionEvents {
  /** Of another session than the one before, if there was one. */
  readonly begun: (who: Person) => void
  /** The session is over, and with it a call. `reason` as in the state of a call. */
  readonly over: (reason: string) => void
  /** Whether one does not want to be rung has changed. */
  readonly disturbance: (doNotDisturb: boolean) => void
  /** It could not be resumed, and another has begun in its place. */
  readonly lost: (reason: string, unsent: number) => void
}

/** Who one is for the server, over all connections: a login, and what is needed to come back to it. */
export class Session {
  readonly continuity = new Continuity()
  readonly #events: SessionEvents
  #credentials: Credentials | undefined
  #me: Person | undefined
  #doNotDisturb = false
  #loss: { readonly reason: string; readonly unsent: number } | undefined
  /** The server was asked to let in, and has not answered. */
  #entering = false

  constructor(events: SessionEvents) {
    this.#events = events
  }

  get me(): Person | undefined {
    return this.#me
  }

  get doNotDisturb(): boolean {
    return this.#doNotDisturb
  }

  get entering(): boolean {
    return this.#entering
  }

  /** The connection has ended, and with it what was asked on it. */
  interrupted(): void {
    this.#entering = false
  }

  /** Somebody logs in. */
  logIn(ask: Asking, credentials: Credentials, done: (outcome: Person | RoomRtcError) => void): void {
    this.#logIn(ask, credentials, 'login', (outcome) => {
      // Who would come back with these has shown that they are good.
      if (!(outcome instanceof RoomRtcError)) this.#credentials = credentials
      done(outcome)
    })
  }

  /** The way back on a new connection, to the same session if there is a way. `takeBack`: from oneself. */
  enter(
    ask: Asking,
    can: { readonly resume: boolean; readonly takeBack: boolean },
    done: (way: Entrance) => void,
  ) {
    const request = can.resume ? this.continuity.request() : undefined
    if (request !== undefined) {
      this.#resume(ask, can.takeBack, done)
    } else if (this.#me === undefined) {
      done({ name: 'entered', resumed: undefined })
    } else {
      if (this.#loss === undefined) this.#lose('not_resumable')
      this.#logInAgain(ask, done)
    }
  }

  /** The password is another one from now on. */
  hasPassword(password: string): void {
    this.#credentials = this.#credentials?.withPassword(password)
  }

  /** As the server says, of a login, a resumption, or a change that may come from another device. */
  disturbance(doNotDisturb = false): void {
    if (this.#doNotDisturb === doNotDisturb) return
    this.#doNotDisturb = doNotDisturb
    this.#events.disturbance(doNotDisturb)
  }

  /** Logged out, or put out: nothing leads back. `reason` is that of a call that ends by it. */
  end(reason: string): void {
    this.continuity.end()
    this.#credentials = undefined
    this.#loss = undefined
    if (this.#me === undefined) return
    this.#me = undefined
    this.disturbance()
    this.#events.over(reason)
  }

  #resume(ask: Asking, takeBack: boolean, done: (way: Entrance) => void, earlier = false): void {
    const message = this.continuity.request(earlier)
    if (message === undefined) return
    this.#entering = true
    ask({
      message,
      answers: ['RESUMED', 'RESUME_REFUSED'],
      done: (outcome) => {
        this.#entering = false
        if (outcome instanceof RoomRtcError) {
          const { reason, retryAfterMs } = outcome
          // What can be had later is no reason to give the session up; a good token never waits for guesses (RESUME-3).
          if (reason === undefined || (retryAfterMs !== undefined && reason !== 'too_many_attempts'))
            done({ name: 'again', why: outcome })
          else this.#giveUp(ask, reason, done)
        } else if (outcome.type === 'RESUMED') {
          this.#resumed(ask, outcome.payload, done)
        } else if (outcome.type === 'RESUME_REFUSED') {
          const { reason } = outcome.payload
          const why = new RoomRtcError('refused', `the session cannot be resumed: ${reason}`, { reason })
          if (reason !== 'replaced') this.#giveUp(ask, reason, done)
          else if (!earlier && this.continuity.hasEarlier) this.#resume(ask, takeBack, done, true)
          else if (takeBack) this.#giveUp(ask, reason, done)
          else done({ name: 'signed-out', why })
        }
      },
    })
  }

  #resumed(ask: Asking, payload: ServerPayloads['RESUMED'], done: (way: Entrance) => void): void {
    const kept = this.continuity.canGoOn(payload.received)
    if (kept) {
      this.#me = { id: payload.user_id, username: payload.username }
      this.disturbance(payload.do_not_disturb)
      done({ name: 'entered', resumed: payload })
      return
    }
    // More waited here than is kept: what has happened since cannot be told any more.
    const logOut: Request = {
      message: { type: 'LOGOUT_REQUEST', payload: {} },
      answers: ['LOGOUT_RESPONSE'],
      done: () => {
        this.#giveUp(ask, 'overflow', done)
      },
    }
    ask(logOut)
  }

  #giveUp(ask: Asking, reason: string, done: (way: Entrance) => void): void {
    this.#lose(reason)
    this.#logInAgain(ask, done)
  }

  #lose(reason: string): void {
    this.#loss = { reason, unsent: this.continuity.sent.size }
    this.continuity.end()
    this.#events.over('lost')
  }

  #logInAgain(ask: Asking, done: (way: Entrance) => void): void {
    const credentials = this.#credentials
    if (credentials === undefined) {
      done({ name: 'signed-out', why: new RoomRtcError('not_logged_in', 'nothing to log in with') })
      return
    }
    this.#logIn(ask, credentials, 'login', (outcome) => {
      if (!(outcome instanceof RoomRtcError)) {
        done({ name: 'entered', resumed: undefined })
        const loss = this.#loss
        this.#loss = undefined
        if (loss !== undefined) this.#events.lost(loss.reason, loss.unsent)
      } else {
        done({ name: isFinalRefusal(outcome.reason) ? 'signed-out' : 'again', why: outcome })
      }
    })
  }

  #logIn(
    ask: Asking,
    credentials: Credentials,
    why: 'login' | 'expired',
    done: (outcome: Person | RoomRtcError) => void,
  ): void {
    const answered = (outcome: ServerMessage | RoomRtcError) => {
      this.#entering = false
      if (outcome instanceof RoomRtcError) {
        done(outcome)
      } else if (outcome.type === 'LOGIN_RESPONSE') {
        if (outcome.payload.success) {
          done(this.#begin(outcome.payload))
          return
        }
        const { error: message, reason } = outcome.payload
        if (reason === 'expired_token' && credentials.renewable && why === 'login') {
          this.#logIn(ask, credentials, 'expired', done)
        } else {
          done(refusal({ message, ...(reason !== undefined && { reason }) }))
        }
      }
    }
    credentials.proof(why).then(
      (payload) => {
        this.#entering = true
        ask({
          message: { type: 'LOGIN_REQUEST', payload },
          answers: ['LOGIN_RESPONSE'],
          done: answered,
          repeats: true,
        })
      },
      (cause: unknown) => {
        done(new RoomRtcError('refused', 'the source of tokens gave none', { cause }))
      },
    )
  }

  #begin(login: LoggedIn): Person {
    const who = { id: login.user_id, username: login.username }
    const goesOn = this.#me?.id === who.id && this.#loss === undefined
    if (login.session_token === undefined) this.continuity.end()
    else this.continuity.begin(login.session_token, goesOn)
    this.#me = who
    this.disturbance(login.do_not_disturb)
    this.#events.begun(who)
    return who
  }
}

type LoggedIn = Extract<ServerPayloads['LOGIN_RESPONSE'], { readonly success: true }>
