/** What an fsync takes on a slow disk: a memory card, or a hard disk that others use too. */
export const SLOW_FSYNC_MS = 20
