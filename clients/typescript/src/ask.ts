/** Of whatever is waited for. */
export interface Ask {
  /** Ends the waiting: it rejects with the code `aborted`. What the server was asked may happen all the same. */
  readonly signal?: AbortSignal
}

/** Ends the listening. May be called more than once. */
export type Unsubscribe = () => void
