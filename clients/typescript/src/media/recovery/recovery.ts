import type { LinkState } from '../media-state.ts'
import { type Illness, restartAt } from './restart-plan.ts'

export interface RecoveryOptions {
  readonly polite: boolean
  readonly restart: () => void
}

/** Restarts ICE while the link does not carry, again and again until it does. */
export class Recovery {
  readonly #options: RecoveryOptions
  #illness: Illness | undefined
  #resumedAt: number | undefined
  #canOfferSince: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: RecoveryOptions) {
    this.#options = options
  }

  link(state: LinkState): void {
    switch (state) {
      case 'connecting':
        this.#illness = this.#looking()
        break
      case 'disconnected':
      case 'failed':
        this.#illness = this.#worse(state)
        break
      case 'new':
      case 'connected':
      case 'closed':
        this.#illness = undefined
        break
      default:
        state satisfies never
    }
    this.#plan()
  }

  /** The connection to the server is there again. */
  resumed(): void {
    this.#resumedAt = Date.now()
    this.#plan()
  }

  /** Whether an offer would reach the peer now. */
  canOffer(can: boolean): void {
    if (can === (this.#canOfferSince !== undefined)) return
    this.#canOfferSince = can ? Date.now() : undefined
    this.#plan()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#illness = undefined
  }

  /** The first time; or again, after a restart by whichever side. */
  #looking(): Illness {
    const [known, now] = [this.#illness, Date.now()]
    if (known === undefined) return { how: 'starting', since: now, restarts: 0, lastRestartAt: undefined }
    if (known.how === 'starting') return known
    return { ...known, restarts: Math.max(1, known.restarts), lastRestartAt: now }
  }

  #worse(how: 'disconnected' | 'failed'): Illness {
    const known = this.#illness
    if (known === undefined || known.how === 'starting') {
      return { how, since: Date.now(), restarts: known?.restarts ?? 0, lastRestartAt: known?.lastRestartAt }
    }
    // Counted from the first sign of it.
    return { ...known, how }
  }

  #plan(): void {
    clearTimeout(this.#timer)
    const at = restartAt({
      illness: this.#illness,
      resumedAt: this.#resumedAt,
      polite: this.#options.polite,
      canOfferSince: this.#canOfferSince,
    })
    if (at === undefined) return
    this.#timer = setTimeout(
      () => {
        this.#restart()
      },
      Math.max(0, at - Date.now()),
    )
  }

  #restart(): void {
    const illness = this.#illness
    if (illness === undefined) return
    this.#illness = { ...illness, restarts: illness.restarts + 1, lastRestartAt: Date.now() }
    this.#options.restart()
    this.#plan()
  }
}
