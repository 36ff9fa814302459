import { setTimeout as pause } from 'node:timers/promises'
import { connectClient, type SignalingClient } from '../../../src/sdk/client.ts'

/** What a client can get wrong on purpose. */
export type Misdeed =
  | 'comes back after it was replaced'
  | 'doubles after RESUMED'
  | 'offers as a callee'
  | 'waits equally long'
  | 'logs in after replaced'
  | 'does not wait after GOAWAY'
  | 'logs in again at once'
  | 'ends at a refused HELLO'
  | 'gives up after a loss'

export interface ClientUnderTest {
  /** What a scenario tells its client to do. */
  do(deed: string): void
  close(): Promise<void>
}

const NOT_TO_COME_BACK = new Set([
  'session_replaced',
  'session_resumed',
  'session_ended_by_administrator',
  'account_changed',
])
const CREDENTIALS = { username: 'alice', password_hash: 'secret of alice' }
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 2000

/** The client of this repository under a small application, which calls, answers and comes back by itself. The one adapter. */
export function startSdkClient(port: number, misdeeds: ReadonlySet<Misdeed> = new Set()): ClientUnderTest {
  const does = (misdeed: Misdeed) => misdeeds.has(misdeed)
  const ending = new AbortController()
  let client: SignalingClient | undefined
  let ringing: string | undefined
  let call: string | undefined
  let lastWord: string | undefined
  let reconnectAfterMs = 0
  const answers = new Set<() => void>()
  const over = () => ending.signal.aborted
  const open = () => connectClient({ host: '127.0.0.1', port, timeoutMs: 3500, trace: watch })

  function watch({
    message,
  }: {
    readonly message: { readonly type: string; readonly payload: object }
  }): void {
    if (message.type === 'ERROR' && 'reason' in message.payload) lastWord = String(message.payload.reason)
    if (message.type === 'GOAWAY' && 'reconnect_after_ms' in message.payload)
      reconnectAfterMs = Number(message.payload.reconnect_after_ms)
  }

  async function logIn(): Promise<void> {
    client = await open()
    const welcome = await client.hello()
    if (!welcome.ok && does('ends at a refused HELLO')) return client.close()
    const login = await client.logIn(CREDENTIALS)
    if (!login.ok) {
      if (does('logs in again at once')) await client.logIn(CREDENTIALS)
      return
    }
    void live(client)
  }

  async function live(of: SignalingClient): Promise<void> {
    void hear(of)
    for (;;) {
      await of.lost
      if (over() || does('gives up after a loss')) return
      if (NOT_TO_COME_BACK.has(lastWord ?? '') && !does('comes back after it was replaced')) return
      if (!(await comeBack(of))) return
    }
  }

  /** True where the session goes on. */
  async function comeBack(of: SignalingClient): Promise<boolean> {
    if (reconnectAfterMs > 0 && !does('does not wait after GOAWAY')) await pause(reconnectAfterMs * 1.05)
    reconnectAfterMs = 0
    for (let wait = FIRST_WAIT_MS; !over(); wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      try {
        const resumed = await of.resume()
        if (resumed.ok) {
          if (does('doubles after RESUMED') && call !== undefined) sendOffer(of, call)
          return true
        }
        if (resumed.error.reason.includes('replaced') && !does('logs in after replaced')) return false
        call = undefined
        await logIn()
        return false
      } catch {
        await pause(does('waits equally long') ? FIRST_WAIT_MS : wait * (0.75 + Math.random() / 2))
      }
    }
    return false
  }

  async function hear(of: SignalingClient): Promise<void> {
    while (!over()) {
      try {
        const message = await of.next('CALL_NOTIFICATION', 'CALL_ACCEPTED', 'SDP_OFFER', 'HANGUP')
        const { call_id } = message.payload
        if (message.type === 'CALL_NOTIFICATION') ringing = call_id
        else if (message.type === 'CALL_ACCEPTED') {
          call = call_id
          if (message.payload.role !== 'callee' || does('offers as a callee')) sendOffer(of, call_id)
        } else if (message.type === 'SDP_OFFER') {
          const payload = { call_id, to_user_id: message.payload.from_user_id, sdp: 'v=0\r\n' }
          of.send({ type: 'SDP_ANSWER', payload })
        } else call = undefined
        for (const answer of answers) answer()
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'timeout') continue
        return
      }
    }
  }

  function accept(): void {
    const answer = () => {
      if (ringing === undefined) return
      answers.delete(answer)
      call = ringing
      client?.send({ type: 'CALL_RESPONSE', payload: { call_id: ringing, accepted: true } })
      ringing = undefined
    }
    answers.add(answer)
    answer()
  }

  async function callUser(name: string): Promise<void> {
    const users = await client?.listUsers()
    const user = users?.ok === true ? users.value.find(({ username }) => username === name) : undefined
    if (user !== undefined) client?.send({ type: 'CALL_REQUEST', payload: { to_user_id: user.user_id } })
  }

  return {
    do(deed) {
      const [verb, name = ''] = deed.split(' ')
      if (verb === 'log_in') void logIn().catch(() => undefined)
      else if (verb === 'call') void callUser(name)
      else if (verb === 'accept') accept()
      else if (call !== undefined) client?.send({ type: 'HANGUP', payload: { call_id: call } })
    },
    async close() {
      ending.abort()
      await client?.close()
    },
  }
}

function sendOffer(of: SignalingClient, call_id: string): void {
  const to_user_id = 'c81e0d94-76b2-4f1a-8d27-e5a9b3f06c1d'
  of.send({ type: 'SDP_OFFER', payload: { call_id, to_user_id, sdp: 'v=0\r\n' } })
}
