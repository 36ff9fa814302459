/** What the first bytes of a connection from a proxy are so far. */
export type ProxyOutcome =
  | { readonly kind: 'incomplete' }
  /** Gone, or out of time, without a single byte. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'invalid'; readonly why: string }
  | {
      readonly kind: 'header'
      /** Absent where the proxy speaks for nobody: the socket's own counts. */
      readonly address: string | undefined
      readonly port: number | undefined
      /** Where the header ends and the client's own bytes begin. */
      readonly length: number
    }

export const INCOMPLETE: ProxyOutcome = { kind: 'incomplete' }

export const invalid = (why: string): ProxyOutcome => ({ kind: 'invalid', why })
