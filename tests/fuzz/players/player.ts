import { type Received, T } from '../../support/wire/wire.ts'
import type { HostileClient } from './hostile-client.ts'
import { type Cast, STRANGER } from '../input/requests.ts'
import { Violation } from '../violation.ts'

interface Account {
  readonly username: string
  readonly password: string
  readonly userId: string
}

type Peer = Pick<Player, 'account' | 'ids'>

/** A user who attacks from inside a session: what it has been told, and its present connection. */
export class Player {
  loggedIn = false
  /** All that it ever had: who deletes the own account, or garbles the own password, needs another account. */
  readonly ids: Set<string>
  readonly #peer: () => Peer
  #account: Account
  #accounts = 1
  #client: HostileClient | undefined
  #callId = STRANGER.callId
  #token = STRANGER.token
  #lastSeq = 0

  constructor(account: Account, peer: () => Peer) {
    this.#account = account
    this.ids = new Set([account.userId])
    this.#peer = peer
  }

  get account(): Account {
    return this.#account
  }

  /** Goes by another name, which is to be registered. */
  rename(): void {
    this.#accounts += 1
    const { username } = this.#account
    this.#account = { ...this.#account, username: `${username.split('+')[0] ?? ''}+${this.#accounts}` }
  }

  get client(): HostileClient | undefined {
    return this.#client?.closed === true ? undefined : this.#client
  }

  get cast(): Cast {
    const { username, password, userId } = this.account
    return {
      username,
      password,
      ownId: userId,
      peerId: this.#peer().account.userId,
      callId: this.#callId,
      token: this.#token,
      lastSeq: this.#lastSeq,
    }
  }

  async connect(
    open: (heard: (received: Received) => void) => Promise<HostileClient>,
  ): Promise<HostileClient> {
    this.loggedIn = false
    this.#client = await open((received) => {
      this.#learn(received)
    })
    return this.#client
  }

  #learn({ type, text, payload }: Received): void {
    if (typeof payload['seq'] === 'number') this.#lastSeq = payload['seq']
    switch (type) {
      case T.LOGIN_RESPONSE:
        if (payload['success'] !== true) break
        this.loggedIn = true
        this.#account = { ...this.#account, userId: String(payload['user_id']) }
        this.ids.add(this.#account.userId)
        this.#lastSeq = 0
        this.#token = tokenIn(payload)
        break
      case T.RESUMED:
        this.loggedIn = true
        this.#token = tokenIn(payload)
        break
      case T.LOGOUT_RESPONSE:
      case T.ACCOUNT_DELETED:
        this.loggedIn = false
        break
      case T.ERROR:
        if (this.loggedIn && payload['reason'] === 'frame_too_large_before_login') {
          throw new Violation(`${this.account.username} had logged in and was told ${text}`)
        }
        break
      case T.CALL_NOTIFICATION:
      case T.RINGING:
      case T.CALL_ACCEPTED:
        this.#callId = String(payload['call_id'])
        break
      case T.SDP_OFFER:
      case T.SDP_ANSWER:
      case T.ICE_CANDIDATE:
      case T.CALL_UPDATE:
        if (!this.#peer().ids.has(String(payload['from_user_id']))) {
          throw new Violation(`${this.account.username} was sent what does not come from its peer: ${text}`)
        }
    }
  }
}

/** Who has not agreed on `resume` gets none. */
function tokenIn({ session_token: token }: Received['payload']): string {
  return typeof token === 'string' ? token : STRANGER.token
}
