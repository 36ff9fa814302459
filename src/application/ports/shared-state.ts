/** Each key's version is the number of the commit that touched it last; 0 where none has, or it was forgotten. */
export type Version = number

/** Something about one session that goes to where all nodes find it. Instants are those of `nowMs`. */
export type BoxUpdate =
  /** It begins, with an empty outbox whose next message bears 1. */
  | { readonly kind: 'open'; readonly session: string; readonly tokens: BoxTokens }
  /**
   * Its outbox is to become this one: the next message's number must be `expectedNext` until then, else the commit is a
   * conflict.
   */
  | {
      readonly kind: 'attach'
      readonly session: string
      readonly tokens: BoxTokens
      readonly expectedNext: number
      /** In the same way how many messages were taken from its client, where another node had it. */
      readonly expectedReceived?: number | undefined
      readonly firstSeq: number
      readonly entries: readonly string[]
    }
  /** Its connection is lost: what it is owed from now on has never gone out. */
  | { readonly kind: 'detach'; readonly session: string }
  /** A message more, at the end of the outbox of each of these; who has none, because it cannot be resumed, is passed over. */
  | { readonly kind: 'owe'; readonly sessions: readonly string[]; readonly entry: string }
  /**
   * So many messages of calls more were taken from its client. `insteadOf`: a commit of which nobody knows whether it was
   * carried out. If it was, it has counted them itself; if not, it never will be.
   */
  | {
      readonly kind: 'took'
      readonly session: string
      readonly count: number
      readonly insteadOf?: string | undefined
    }
  /** Its client has all up to this one. */
  | { readonly kind: 'acknowledge'; readonly session: string; readonly seq: number }
  | { readonly kind: 'tokens'; readonly session: string; readonly tokens: BoxTokens }
  | { readonly kind: 'end'; readonly session: string; readonly why: string }

/** Hashes of the tokens by which it is found; one that it had and that is not here is spent: `replaced`. */
export interface BoxTokens {
  readonly current: string | undefined
  readonly previous: string | undefined
}

/** What is kept of a session that can be resumed, for whichever node its client comes to. */
export interface Box {
  readonly tokens: BoxTokens
  readonly received: number
  /** The number of the first of `entries`, or of the next one where there is none. */
  readonly firstSeq: number
  readonly entries: readonly string[]
  /** From which number on they have never gone out; absent while it has a connection. */
  readonly unsentFrom?: number | undefined
}

export interface Commit {
  /** No other commit has it: one that is sent again after a lost connection is carried out once. */
  readonly id: string
  /** What was read: the commit is a conflict unless these are still the versions. */
  readonly reads: ReadonlyMap<string, Version>
  /** What gets the number of this commit as its version. */
  readonly touches: readonly string[]
  /** What is as if nobody had ever touched it. */
  readonly forgets: readonly string[]
  /** Records: a value, or undefined for one that goes. */
  readonly writes: ReadonlyMap<string, string | undefined>
  readonly boxes: readonly BoxUpdate[]
  /** For every node that follows: see `Follower.committed`. */
  readonly news: string
}

/** A message to a session that can be resumed, or a passing one to a session that cannot. */
export interface Post {
  /**
   * Undefined where nothing is to be told, but only kept. `node` counts for a session that cannot be resumed; where one
   * that can is by now, its box knows.
   */
  readonly to: { readonly node: string; readonly session: string; readonly entry: string } | undefined
  /**
   * Whose client has sent it, and the key of that session's record. Where the record is gone, or the session has been
   * attached to another node by now, nothing of the post is done: its user has a newer session, whose messages it would
   * come after, or that node has told the client that this was not received, and it will come again.
   */
  readonly from?: { readonly session: string; readonly record: string } | undefined
  readonly boxes: readonly BoxUpdate[]
}

export interface Committed {
  readonly id: string
  /** The node that decided it. */
  readonly origin: string
  readonly version: Version
  readonly touches: readonly string[]
  readonly forgets: readonly string[]
  readonly writes: ReadonlyMap<string, string | undefined>
  readonly news: string
}

/** All that is there at one instant. */
export interface Whole {
  readonly versions: ReadonlyMap<string, Version>
  readonly records: ReadonlyMap<string, string>
  /** The nodes that live, this one among them, in the order of their names. */
  readonly nodes: readonly string[]
}

/** What a node has of all that is shared, to be put back where the store has lost everything. */
export interface Held {
  readonly versions: ReadonlyMap<string, Version>
  readonly records: ReadonlyMap<string, string>
  /** What makes the boxes of its own sessions what they were; to be carried out in this order. */
  readonly boxes: readonly BoxUpdate[]
  /** The node of each session; undefined where it would be this one, which does not have it. */
  readonly homes: ReadonlyMap<string, string | undefined>
}

/** What a node hears, each in its turn and in the one order that all nodes agree on for what concerns them. Never throws. */
export interface Follower {
  /** Everything, from which on it hears of each change; at the beginning, and again after `fenced`. */
  begin(whole: Whole): void
  /** A commit of this node or another one. */
  committed(commit: Committed): void
  /** A post to one of its sessions. */
  posted(session: string, entry: string): void
  nodesChanged(live: readonly string[]): void
  /** The store has lost everything, and this node has heard of all that any other one has heard of. */
  held(): Held
  /** The store goes on with what nodes held. `gaps`: sessions that do not, because something that they are owed may be lost. */
  restored(gaps: readonly string[]): void
  /** It was taken for dead, and what it has is out of date: it tells nobody anything of it any more. `begin` follows. */
  fenced(): void
}

/**
 * What several nodes share. A node holds a lease; whatever it writes after the others have declared it dead is refused.
 * Rejections: `Unavailable` (the store was not to be had within the deadline; nothing was done, or the commit's id says
 * that it was) and `Fenced`.
 */
export interface SharedState {
  /** This node's name, which no other has. */
  readonly node: string
  /** Milliseconds of one clock for all nodes, which never goes back. */
  readonly nowMs: () => number
  /** Takes part, until `leave`. Throws a StartupError where the store cannot be used. */
  join(follower: Follower): Promise<void>
  /** All of it or nothing. What comes of it is heard by `Follower.committed`, here as well. */
  commit(commit: Commit): Promise<'committed' | 'conflict'>
  /** Whether these are the versions at present: what was decided on them and changes nothing is right. */
  holds(reads: ReadonlyMap<string, Version>): Promise<boolean>
  /**
   * Those of one call are kept at once or not at all, and calls in the order in which they are made. Resolved once kept.
   * Never waits for anybody else's decision: it checks the lease alone.
   */
  post(posts: readonly Post[]): Promise<void>
  /** Undefined where there is no such session, or it cannot be resumed. */
  box(session: string): Promise<Box | undefined>
  /** Where a token leads: to a session, or to why it does so no more. */
  findToken(hash: string): Promise<{ readonly session: string } | { readonly spent: string } | undefined>
  /** How much longer it may write, in milliseconds; 0 or less once others may declare it dead. */
  leaseLeftMs(): number
  /**
   * Undefined, unless this process was stopped for so long that others may have taken it for dead: then it resolves once that
   * is known, and nobody is to be heard until then.
   */
  doubt(): Promise<void> | undefined
  /** In good order: the others hear of it at once. */
  leave(): Promise<void>
}
