import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import type { Random } from '../../application/ports/system/random.ts'
import { JanusRefusal } from './link/incoming.ts'
import type { JanusLink } from './link/link.ts'
import { openLink } from './link/open-link.ts'
import { delayBefore, nextAttempt } from './retry.ts'
import { RoomKeeper } from './room-keeper.ts'

const WRONG_SECRET = 403

export interface ServerDeps {
  readonly url: string
  readonly secret: string
  readonly keepaliveMs: number
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly random: Random
  readonly pause: Pause
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly came: (server: JanusServer) => void
  readonly went: (server: JanusServer) => void
}

interface Alive {
  readonly link: JanusLink
  readonly rooms: RoomKeeper
}

/** One Janus, which is there or is not, and is looked for again as long as it is not. */
export class JanusServer {
  readonly url: string
  readonly #deps: ServerDeps
  readonly #over = new AbortController()
  readonly #ended: Promise<void>
  #alive: Alive | undefined
  /** How many members this node has there. */
  seats = 0

  constructor(deps: ServerDeps) {
    this.url = deps.url
    this.#deps = deps
    this.#ended = this.#run()
  }

  get alive(): Alive | undefined {
    return this.#alive?.link.isOpen === true ? this.#alive : undefined
  }

  /** Its name for a log, without what may be secret. */
  get shown(): string {
    return new URL(this.url).host
  }

  async end(): Promise<void> {
    this.#over.abort()
    await this.#ended
  }

  async #run(): Promise<void> {
    const { clock, random, pause } = this.#deps
    const over = this.#over.signal
    let attempt = 0
    let told = ''
    while (!this.#isOver()) {
      const begun = clock.monotonicMs()
      const why = await this.#serve()
      attempt = nextAttempt(attempt, clock.monotonicMs() - begun)
      if (this.#isOver()) return
      if (why !== told) this.#deps.log.warn({ sfu: this.shown, cause: why }, 'the SFU is away')
      told = attempt === 0 ? '' : why
      await pause(delayBefore(attempt, random.fraction()), over)
    }
  }

  /** As long as it is there. The answer is why it is not. */
  async #serve(): Promise<string> {
    const { url, secret, keepaliveMs, log, came, went } = this.#deps
    const options = { apiSecret: secret, keepaliveMs }
    let link: JanusLink | undefined
    try {
      link = await openLink(url, options, this.#over.signal)
      const rooms = await RoomKeeper.open(link, secret)
      await rooms.sweep()
      this.#alive = { link, rooms }
    } catch (error) {
      link?.close('it could not be used')
      return reasonOf(error)
    }
    log.info({ sfu: this.shown }, 'the SFU is there')
    came(this)
    const why = await link.closed
    this.#alive = undefined
    if (!this.#isOver()) went(this)
    return why
  }

  #isOver(): boolean {
    return this.#over.signal.aborted
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof JanusRefusal && error.code === WRONG_SECRET)
    return 'Janus does not know sfu.secret: it must be the api_secret of its janus.jcfg'
  return error instanceof Error ? error.message : String(error)
}
