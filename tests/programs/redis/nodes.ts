import { randomUUID } from 'node:crypto'
import type {
  BoxUpdate,
  Commit,
  Committed,
  Follower,
  Held,
  Post,
  SharedState,
  Whole,
} from '../../../src/application/ports/shared-state.ts'
import type { SharedLimits } from '../../../src/application/ports/shared-limits.ts'
import type { RedisOptions } from '../../../src/infrastructure/redis/redis-options.ts'
import { createRedisState } from '../../../src/infrastructure/redis/redis-state.ts'
import { systemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { systemRandom } from '../../../src/infrastructure/system/system-random.ts'

/** What a node has heard, in order. */
export type Heard =
  | { readonly what: 'begin'; readonly whole: Whole }
  | { readonly what: 'committed'; readonly commit: Committed }
  | { readonly what: 'posted'; readonly session: string; readonly entry: string }
  | { readonly what: 'nodes'; readonly live: readonly string[] }
  | { readonly what: 'gaps'; readonly sessions: readonly string[] }
  | { readonly what: 'fenced' }

export interface TestNode {
  readonly state: SharedState & { readonly limits: SharedLimits }
  readonly heard: readonly Heard[]
  readonly logged: readonly string[]
  readonly commits: () => readonly Committed[]
  readonly posts: () => readonly (readonly [session: string, entry: string])[]
  /** As the last news of it says. */
  readonly live: () => readonly string[]
  readonly times: (what: Heard['what']) => number
}

export type NodeOptions = Partial<RedisOptions> & Pick<RedisOptions, 'url'>

/** A node that has not joined. */
export function makeNode(
  ends: (() => unknown)[],
  options: NodeOptions,
  listen: (heard: Heard) => void = () => undefined,
  holds: () => Held = () => NOTHING,
): TestNode & { readonly follower: Follower } {
  const heard: Heard[] = []
  const hear = (one: Heard): void => {
    heard.push(one)
    listen(one)
  }
  const logged: string[] = []
  const log = (fields: object, message: string): void => {
    logged.push(`${message} ${JSON.stringify(fields)}`)
  }
  const state = createRedisState(
    { node: 'a', prefix: 'test', nodeTimeoutMs: 3000, ...options },
    { clock: systemClock, random: systemRandom, log: { debug: log, info: log, warn: log, error: log } },
  )
  ends.push(() => state.leave())
  const follower: Follower = {
    begin: (whole) => {
      hear({ what: 'begin', whole })
    },
    committed: (commit) => {
      hear({ what: 'committed', commit })
    },
    posted: (session, entry) => {
      hear({ what: 'posted', session, entry })
    },
    nodesChanged: (live) => {
      hear({ what: 'nodes', live })
    },
    held: () => holds(),
    restored: (sessions) => {
      hear({ what: 'gaps', sessions })
    },
    fenced: () => {
      hear({ what: 'fenced' })
    },
  }
  return {
    state,
    follower,
    heard,
    logged,
    commits: () => heard.flatMap((one) => (one.what === 'committed' ? [one.commit] : [])),
    posts: () => heard.flatMap((one) => (one.what === 'posted' ? [[one.session, one.entry] as const] : [])),
    live: () =>
      heard
        .flatMap((one) => (one.what === 'nodes' ? [one.live] : one.what === 'begin' ? [one.whole.nodes] : []))
        .at(-1) ?? [],
    times: (what) => heard.filter((one) => one.what === what).length,
  }
}

const NOTHING: Held = { versions: new Map(), records: new Map(), boxes: [], homes: new Map() }

export async function joinNode(
  ends: (() => unknown)[],
  options: NodeOptions,
  listen?: (heard: Heard) => void,
  holds?: () => Held,
): Promise<TestNode> {
  const node = makeNode(ends, options, listen, holds)
  await node.state.join(node.follower)
  return node
}

export function commitOf(parts: Partial<Commit> = {}): Commit {
  return {
    id: randomUUID(),
    reads: new Map(),
    touches: [],
    forgets: [],
    writes: new Map(),
    boxes: [],
    news: '',
    ...parts,
  }
}

/** To a session at a node, and into its box. */
export function postOf(node: string, session: string, entry: string, ...further: BoxUpdate[]): Post {
  return {
    to: { node, session, entry },
    boxes: [{ kind: 'owe', sessions: [session], entry }, ...further],
  }
}

export function openBox(session: string, current?: string): BoxUpdate {
  return { kind: 'open', session, tokens: { current, previous: undefined } }
}
