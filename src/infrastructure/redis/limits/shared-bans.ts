import type { SharedBan, SharedBans } from '../../../application/ports/shared-limits.ts'
import { banScript } from '../scripts/ban.ts'
import { decodeBan } from '../wire/ban.ts'
import type { TellLater } from './asking.ts'

interface Deps {
  readonly tellLater: TellLater
  readonly maxInboxBytes: number
}

/** Bans of addresses by way of Redis, which keeps them for nodes that come later. */
export class RedisBans implements SharedBans {
  readonly #deps: Deps
  #heard: (ban: SharedBan) => void = () => undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  tell({ address, untilMs, times }: SharedBan, forgottenMs: number): void {
    const numbers = [Math.ceil(untilMs), times, Math.ceil(forgottenMs), this.#deps.maxInboxBytes]
    this.#deps.tellLater(banScript, [address, ...numbers.map(String)])
  }

  follow(heard: (ban: SharedBan) => void): void {
    this.#heard = heard
  }

  /** All that there are, as Redis keeps them. */
  begin(kept: ReadonlyMap<string, string>): void {
    for (const [address, ban] of kept) this.hear(decodeBan(address, ban))
  }

  hear(ban: SharedBan): void {
    this.#heard(ban)
  }
}
