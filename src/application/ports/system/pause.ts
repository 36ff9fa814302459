/** Resolves after so long, or as soon as the signal is aborted; at once where no time is left. */
export type Pause = (ms: number, unless: AbortSignal) => Promise<void>
