import type { Signal } from '../../index.ts'

const ATTRIBUTE = 'a=x-roomrtc-answers:'

/**
 * Has each answer say which offer it is for. Who leaves and comes again has offered anew, and may still get the answer to
 * its former offer: nothing else tells the two apart. Clients that do not know the line pass it over.
 */
export class MatchedAnswers {
  /** The last offer of either side. */
  #own: string | undefined
  #peers: string | undefined

  send(signal: Signal): Signal {
    if (signal.kind === 'offer') this.#own = originOf(signal.sdp)
    if (signal.kind !== 'answer' || this.#peers === undefined) return signal
    return { ...signal, sdp: `${signal.sdp}${ATTRIBUTE}${this.#peers}\r\n` }
  }

  /** False for an answer to an offer that was not this side's last one. */
  take(signal: Signal): boolean {
    if (signal.kind === 'offer') this.#peers = originOf(signal.sdp)
    if (signal.kind !== 'answer') return true
    const at = signal.sdp.lastIndexOf(ATTRIBUTE)
    return at === -1 || signal.sdp.slice(at + ATTRIBUTE.length).trim() === this.#own
  }
}

/** The number of the description's session, and its version. */
function originOf(sdp: string): string | undefined {
  return /^o=\S+ (\d+ \d+) /m.exec(sdp)?.[1]
}
