import type { Ask, Unsubscribe } from '../ask.ts'
import { RoomRtcError } from '../error.ts'
import { credentialsOf } from '../link/credentials.ts'
import type { Link } from '../link/link.ts'
import { nativeDigest } from '../link/native-digest.ts'
import { refusal, type Request } from '../link/requests.ts'
import type { Session } from '../link/session.ts'
import type { PasswordLogin, TokenLogin } from '../link/token-source.ts'
import type { Person } from '../users/person.ts'
import type { ServerMessage } from '../wire/server-messages.ts'
import type { Asker } from './asker.ts'
import type { RegisterOptions } from './client.ts'

/** On a server with a million accounts it takes half a minute until one is gone. */
const DELETION_MS = 60_000

/** Accounts, logins and logouts. */
export class Account {
  readonly #asker: Asker
  readonly #link: Link
  readonly #session: Session
  /** Logins that wait for the list of users. */
  #listed: (() => void)[] = []

  constructor(asker: Asker, link: Link, session: Session) {
    this.#asker = asker
    this.#link = link
    this.#session = session
  }

  register({ username, password }: PasswordLogin, options: RegisterOptions = {}): Promise<Person> {
    const { invite } = options
    const payload = { username, password_hash: nativeDigest(password), ...(invite && { invite }) }
    const question = {
      what: 'register',
      message: { type: 'REGISTER_REQUEST' as const, payload },
      answers: ['REGISTER_RESPONSE' as const],
      read: readRegistration,
    }
    return this.#asker.ask(question, options)
  }

  login(who: PasswordLogin | TokenLogin, options?: Ask): Promise<Person> {
    return this.#asker.wait('login', options, ({ resolve, reject }) => {
      const cancels: Unsubscribe[] = []
      let over = false
      const ask = (request: Request) => {
        if (!over) cancels.push(this.#link.request(request))
      }
      this.#link.forgive()
      this.#session.logIn(ask, credentialsOf(who), (outcome) => {
        if (outcome instanceof RoomRtcError) {
          reject(outcome)
          return
        }
        this.#listed.push(() => {
          resolve(outcome)
        })
      })
      return () => {
        over = true
        for (const cancel of cancels) cancel()
      }
    })
  }

  /** The list of users is there. */
  listed(): void {
    for (const resolve of this.#listed.splice(0)) resolve()
  }

  logout(options?: Ask, timeoutMs?: number): Promise<void> {
    const message = { type: 'LOGOUT_REQUEST' as const, payload: {} }
    return this.#leave('logout', message, 'LOGOUT_RESPONSE', options, timeoutMs)
  }

  deleteAccount(password: string, options?: Ask): Promise<void> {
    const message = { type: 'DELETE_ACCOUNT' as const, payload: { password_hash: nativeDigest(password) } }
    return this.#leave('deleteAccount', message, 'ACCOUNT_DELETED', options, DELETION_MS)
  }

  changePassword(present: string, next: string, options?: Ask): Promise<void> {
    const payload = { password_hash: nativeDigest(present), new_password_hash: nativeDigest(next) }
    const question = {
      what: 'changePassword',
      message: { type: 'CHANGE_PASSWORD' as const, payload },
      answers: ['PASSWORD_CHANGED' as const],
      read: () => {
        this.#session.hasPassword(next)
      },
    }
    return this.#asker.ask(question, options)
  }

  setDoNotDisturb(on: boolean, options?: Ask): Promise<void> {
    const question = {
      what: 'setDoNotDisturb',
      message: { type: 'DO_NOT_DISTURB' as const, payload: { on } },
      answers: ['DO_NOT_DISTURB_STATE' as const],
      read: (answer: ServerMessage) => {
        if (answer.type === 'DO_NOT_DISTURB_STATE') this.#session.disturbance(answer.payload.on)
      },
    }
    return this.#asker.ask(question, options)
  }

  #leave(
    what: string,
    message: Request['message'],
    answer: ServerMessage['type'],
    options?: Ask,
    timeoutMs?: number,
  ): Promise<void> {
    const read = () => {
      this.#session.end('logout')
    }
    const deadline = timeoutMs === undefined ? {} : { timeoutMs }
    return this.#asker.ask({ what, message, answers: [answer], read, ...deadline }, options)
  }
}

function readRegistration(answer: ServerMessage): Person | RoomRtcError {
  if (answer.type !== 'REGISTER_RESPONSE') {
    return new RoomRtcError('not_understood', `the server has answered with ${answer.type}`)
  }
  if (answer.payload.success) return { id: answer.payload.user_id, username: answer.payload.username }
  const { error: message, reason } = answer.payload
  return refusal({ message, ...(reason !== undefined && { reason }) })
}
