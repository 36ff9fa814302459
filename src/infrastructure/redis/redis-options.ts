export interface RedisOptions {
  /** `redis[s]://[user:password@]host[:port][/database]` or `redis[s]-sentinel://…host,host/NAME`. */
  readonly url: string
  /** No other node has this name while this one lives. */
  readonly node: string
  /** Every key begins with it. */
  readonly prefix: string
  readonly nodeTimeoutMs: number
  /** A commit, or a question, that Redis has not answered until then is refused. */
  readonly waitMs?: number
  /** What waits for Redis; more is refused at once. */
  readonly maxWaiting?: { readonly count: number; readonly bytes: number }
  /** What a session is owed; the oldest go. */
  readonly maxOutbox?: { readonly entries: number; readonly bytes: number }
  /** Who leaves more unread in its inbox is as good as dead. */
  readonly maxInboxBytes?: number
  /** How long a start waits for Redis. */
  readonly startMs?: number
}

export type Settings = Required<RedisOptions>

export function withDefaults(options: RedisOptions): Settings {
  return {
    waitMs: 10_000,
    maxWaiting: { count: 20_000, bytes: 64 * 1024 * 1024 },
    maxOutbox: { entries: 256, bytes: 1024 * 1024 },
    maxInboxBytes: 128 * 1024 * 1024,
    startMs: 5_000,
    ...options,
  }
}

/** In braces: what a Redis Cluster chooses the slot by, so that all keys are in one. */
export function keyPrefix({ prefix }: Settings): string {
  return `{${prefix}}:`
}
