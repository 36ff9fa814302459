import { Client } from 'pg'
import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import { causeOf } from './failure.ts'
import { clientConfig, type PostgresSettings } from './settings.ts'

/** The connection that listens, for whoever wants to read by it. Rejects where it is lost. */
export type Reader = Pick<Client, 'query'>

interface FeedParts {
  readonly settings: PostgresSettings
  readonly channel: string
  /** Something was told on the channel. */
  readonly heard: (payload: string) => void
  /** After each connection, when all is told from then on: what was missed before is to be read. */
  readonly connected: (reader: Reader) => Promise<void>
  /** From time to time, while all is well. */
  readonly checked: (reader: Reader) => Promise<void>
  readonly log: Log
  readonly pause: Pause
  /** From 0 to just below 1. */
  readonly fraction: () => number
}

const HEARTBEAT_MS = 5000

const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 10_000

/** What the database tells by NOTIFY, by a connection of its own that comes back by itself whenever it is lost. */
export class Feed {
  readonly #parts: FeedParts
  readonly #closing = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #line: Line | undefined

  private constructor(parts: FeedParts) {
    this.#parts = parts
  }

  /** Resolves when it listens, and what was there before is read; rejects where that cannot be. */
  static async open(parts: FeedParts): Promise<Feed> {
    const feed = new Feed(parts)
    const line = await feed.#connect()
    feed.#running = feed.#run(line)
    return feed
  }

  async close(): Promise<void> {
    this.#closing.abort()
    // Whatever is asked just now is not waited for.
    await this.#line?.end()
    await this.#running
  }

  async #run(first: Line): Promise<void> {
    const { log, channel } = this.#parts
    for (let line: Line | undefined = first; line !== undefined; line = await this.#again()) {
      if (line !== first) log.info({ channel }, 'the database tells of changes again')
      await this.#keep(line)
      if (!this.#isClosing())
        log.warn({ channel }, 'the connection by which the database tells of changes is lost')
    }
  }

  /** Until there is a connection again; undefined where nobody needs one any more. */
  async #again(): Promise<Line | undefined> {
    const { pause, fraction, log, channel } = this.#parts
    for (let failures = 0; ; failures++) {
      const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures)
      await pause(longest * (0.5 + fraction() / 2), this.#closing.signal)
      if (this.#isClosing()) return undefined
      try {
        return await this.#connect()
      } catch (error) {
        if (failures === 0)
          log.warn({ channel, cause: causeOf(error) }, 'the database does not tell of changes yet')
      }
    }
  }

  #isClosing(): boolean {
    return this.#closing.signal.aborted
  }

  async #connect(): Promise<Line> {
    const { settings, channel, heard, connected, pause } = this.#parts
    const line = openLine(settings, pause)
    this.#line = line
    try {
      await line.client.connect()
      line.client.on('notification', ({ payload = '' }) => {
        heard(payload)
      })
      await line.client.query(`LISTEN ${channel}`)
      await connected(line.client)
      return line
    } catch (error) {
      await line.end()
      throw error
    }
  }

  /** Until it is lost, or nobody needs it any more. A connection that has gone silent shows only when something is asked. */
  async #keep(line: Line): Promise<void> {
    const { checked, pause, log } = this.#parts
    const { client, lost } = line
    const over = AbortSignal.any([lost, this.#closing.signal])
    try {
      for (;;) {
        await pause(HEARTBEAT_MS, over)
        if (over.aborted) return
        await client.query('SELECT 1')
        await checked(client)
      }
    } catch (error) {
      log.debug({ cause: causeOf(error) }, 'the connection that listens has failed')
    } finally {
      await line.end()
    }
  }
}

interface Line {
  readonly client: Client
  /** Aborted when the connection has gone. */
  readonly lost: AbortSignal
  end(): Promise<void>
}

/** So long the other side may take to hear that a connection ends. */
const GOODBYE_MS = 500

function openLine(settings: PostgresSettings, pause: Pause): Line {
  const client = new Client(clientConfig(settings))
  const gone = new AbortController()
  client.on('error', () => {
    gone.abort()
  })
  client.on('end', () => {
    gone.abort()
  })
  return {
    client,
    lost: gone.signal,
    end() {
      client.end().catch(() => undefined)
      return pause(GOODBYE_MS, gone.signal)
    },
  }
}
