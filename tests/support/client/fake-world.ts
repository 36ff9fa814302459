import type { LineEvents, Message, Surroundings } from 'roomrtc-client'

interface Timer {
  readonly at: number
  readonly then: () => void
}

/** One connection as the server's end sees it. */
export class FakeLine {
  readonly events: LineEvents
  readonly sent: Message[] = []
  over = false

  constructor(events: LineEvents) {
    this.events = events
  }

  /** What the client has sent since the last look. */
  take(): readonly Message[] {
    return this.sent.splice(0)
  }

  /** The only message of this type since the last look. */
  takeOne(type: string): Readonly<Record<string, unknown>> {
    const [found, ...more] = this.take().filter((message) => message.type === type)
    if (found === undefined || more.length > 0) throw new Error(`not one ${type}`)
    return { ...found.payload }
  }

  say(type: string, payload: object = {}): void {
    this.events.received({ type, payload })
  }
}

/** Time, chance, network and server of a test: nothing happens but what it makes happen. */
export class FakeWorld {
  readonly lines: FakeLine[] = []
  readonly #timers = new Set<Timer>()
  readonly #watchers = new Set<(event: 'online' | 'offline' | 'visible') => void>()
  time = 1_000_000
  online = true

  readonly surroundings: Partial<Surroundings> = {
    now: () => this.time,
    monotonic: () => this.time,
    random: () => 0.5,
    setTimer: (ms, then) => {
      const timer = { at: this.time + ms, then }
      this.#timers.add(timer)
      return () => this.#timers.delete(timer)
    },
    network: {
      online: () => this.online,
      watch: (listener) => {
        this.#watchers.add(listener)
        return () => this.#watchers.delete(listener)
      },
    },
    openLine: (_url, _options, events) => {
      const line = new FakeLine(events)
      this.lines.push(line)
      const end = () => {
        line.over = true
      }
      return { send: (message) => line.sent.push(message), close: end, cut: end }
    },
  }

  get timers(): number {
    return this.#timers.size
  }

  get watchers(): number {
    return this.#watchers.size
  }

  /** The latest connection. */
  get line(): FakeLine {
    const line = this.lines.at(-1)
    if (line === undefined) throw new Error('there is no connection')
    return line
  }

  /** Time passes, and what is due happens in its order. */
  pass(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#timers.delete(next)
      this.time = Math.max(this.time, next.at)
      next.then()
    }
    this.time = end
  }

  /** The device sleeps: time passes, and nothing happens before its end. */
  sleep(ms: number): void {
    this.time += ms
    this.pass(0)
  }

  network(event: 'online' | 'offline' | 'visible'): void {
    for (const watcher of this.#watchers) watcher(event)
  }
}
