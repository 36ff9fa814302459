import { type Call, connect, type Client, type ConnectOptions, type Message, openLine } from 'roomrtc-client'

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
  | 'waits for an offer after a transfer'

export interface ClientUnderTest {
  /** What a scenario tells its client to do. */
  do(deed: string): void
  close(): Promise<void>
}

const CREDENTIALS = { username: 'alice', password: 'secret of alice' }
const HELLO = 0x20
const OFFER = { kind: 'offer', sdp: 'v=0\r\n' } as const
const ANSWER = { kind: 'answer', sdp: 'v=0\r\n' } as const

/** The package under a small application, which calls and answers. The one adapter. */
export function startPackageClient(
  port: number,
  misdeeds: ReadonlySet<Misdeed> = new Set(),
): ClientUnderTest {
  const does = (misdeed: Misdeed) => misdeeds.has(misdeed)
  const ending = new AbortController()
  let client: Client | undefined
  let accepts = false

  async function logIn(): Promise<void> {
    client = await connect(`tcp://127.0.0.1:${port}`, { ...optionsFor(does, refuse), signal: ending.signal })
    if (ending.signal.aborted) return client.close()
    listen(client)
    await client.login(CREDENTIALS).catch(() => {
      if (does('logs in again at once')) void client?.login(CREDENTIALS).catch(() => undefined)
    })
  }

  function refuse(): void {
    ending.abort()
    void client?.close()
  }

  function listen(of: Client): void {
    of.on('state', (state) => {
      if (state.name !== 'signed-out') return
      const again =
        state.why.reason === 'replaced'
          ? does('logs in after replaced')
          : does('comes back after it was replaced')
      if (again) void of.login(CREDENTIALS).catch(() => undefined)
    })
    of.on('call', (call) => {
      take(call)
      if (accepts) call.accept()
    })
    of.on('transferred', (call) => {
      take(call, false)
      if (!does('waits for an offer after a transfer')) call.signals.send(OFFER)
    })
  }

  /** As soon as the list has the user. */
  function callOnce(name: string): void {
    const user = client?.users.named(name)
    if (client !== undefined && user !== undefined) take(client.call(user))
    else {
      const end = client?.users.on('change', () => {
        end?.()
        callOnce(name)
      })
    }
  }

  /** What was placed may become a call in which one is the callee. */
  function take(call: Call, mayOffer = call.role === 'caller'): void {
    call.signals.listen(({ kind }) => {
      if (kind === 'offer') call.signals.send(ANSWER)
    })
    let isToOffer = mayOffer
    call.on('state', ({ name }) => {
      if (name !== 'active' || !isToOffer) return
      isToOffer = false
      if (call.role === 'caller' || does('offers as a callee')) call.signals.send(OFFER)
    })
    call.on('resumed', () => {
      if (does('doubles after RESUMED')) call.signals.send(OFFER)
    })
  }

  return {
    do(deed) {
      const [verb, name = ''] = deed.split(' ')
      const call = client?.currentCall
      if (verb === 'log_in') void logIn().catch(() => undefined)
      else if (verb === 'call') callOnce(name)
      else if (verb === 'accept') {
        accepts = true
        call?.accept()
      } else call?.hangup()
    },
    async close() {
      ending.abort()
      await client?.close()
    },
  }
}

/** `refused`: HELLO was. */
function optionsFor(does: (misdeed: Misdeed) => boolean, refused: () => void): ConnectOptions {
  const equally = does('waits equally long')
  return {
    timeoutMs: 3500,
    reconnect: does('gives up after a loss')
      ? false
      : { firstMs: 100, factor: equally ? 1 : 2, maxMs: equally ? 100 : 2000 },
    surroundings: {
      // So much chance as leaves no doubt that the waits grow.
      random: () => (equally ? 0.99 : 0.75 + Math.random() / 4),
      openLine: (url, options, events) =>
        openLine(url, options, {
          ...events,
          received: (message) => {
            if (message.type === 'GOAWAY' && does('does not wait after GOAWAY')) return
            if (isRefusedHello(message) && does('ends at a refused HELLO')) refused()
            events.received(message)
          },
        }),
    },
  }
}

function isRefusedHello({ type, payload }: Message): boolean {
  return type === 'ERROR' && 'in_reply_to' in payload && payload.in_reply_to === HELLO
}
