const SSRC = /^a=ssrc.*\r?\n/gm

/**
 * Where Chromium takes an offer back, it makes the receivers of the connection anew. Their pictures are shown only if the
 * next description does not say the same of the SSRC as the one before: one that names it after one that named none, or the
 * other way round. Where none is named, Chromium finds it by itself. Seen in Chromium 156.
 */
export class RenewedReceivers {
  readonly #renewed = new Set<string>()
  /** The sections whose SSRC the last description named, of those by which something is received. */
  readonly #named = new Set<string>()

  /** An offer was taken back. */
  renew(transceivers: readonly { readonly mid: string | null }[]): void {
    for (const { mid } of transceivers) if (mid !== null) this.#renewed.add(mid)
  }

  /** The peer's description as it is to be set. */
  fit(sdp: string): string {
    return sdp
      .split(/^(?=m=)/m)
      .map((section) => this.#fitSection(section))
      .join('')
  }

  #fitSection(section: string): string {
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1]
    if (mid === undefined || /^a=(recvonly|inactive)/m.test(section)) return section
    const fit = this.#renewed.delete(mid) && this.#named.has(mid) ? section.replaceAll(SSRC, '') : section
    if (fit.includes('\na=ssrc')) this.#named.add(mid)
    else this.#named.delete(mid)
    return fit
  }
}
