import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import type { Follower, Held } from '../../../application/ports/shared-state.ts'
import type { Clock } from '../../../application/ports/system/clock.ts'
import { systemPause } from '../../system/system-pause.ts'
import { answered } from '../connection/answered.ts'
import type { Connection } from '../connection/connection.ts'
import type { Posts } from '../posts.ts'
import { keyPrefix, type Settings } from '../redis-options.ts'
import { gatherScript, lookScript, putBackScript, readyScript } from '../scripts/gather.ts'
import { type Script, scriptCall } from '../scripts/script.ts'
import { encodeBoxes } from '../wire/encode-boxes.ts'
import { asList, asPairs, asText, asTimeMs, type Reply } from '../wire/reply.ts'
import { decodeStory } from '../wire/story.ts'
import type { Recent } from './recent.ts'

interface Deps {
  readonly settings: Settings
  readonly clock: Clock
  readonly recent: Recent
  readonly posts: Posts
  readonly follower: () => Follower
}

/** This node's membership until Redis lost everything. */
interface Before {
  readonly epoch: string
  readonly era: string
}

/** Redis has back what nodes held. */
export interface Began {
  readonly era: string
  /** Where this node's inbox begins. */
  readonly begin: string
  /** At some instant since `sentMs`, of the monotonic clock, Redis's time was this. */
  readonly sentMs: number
  readonly timeMs: number
  /** The sessions of which this node knows that something that they are owed is lost. */
  readonly gaps: readonly string[]
}

/** What the others must know of a node: how far it has heard, of commits and of each node's posts. */
const infoSchema = z.object({
  epoch: z.string(),
  version: z.number(),
  heard: z.array(z.tuple([z.string(), z.number()])),
})

interface Info {
  readonly version: number
  /** The last batch of posts, by the epoch of the node that has posted it. */
  readonly heard: ReadonlyMap<string, number>
}

/** So often is looked whether the others are as far. */
const LOOK_MS = 50

/** A part of a large table may take a while. */
const WITHIN_MS = 10_000

/** So much is put back at once, as others must have a turn. */
const AT_ONCE = 500

/** Puts back what this node holds where Redis has lost everything, together with the others: see `scripts/gather.ts`. */
export class Restoring {
  readonly #deps: Deps
  #gaps: readonly string[] = []

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Undefined: nothing was lost, this node has nothing, or others have gone on without it. */
  async putBack(connection: Connection, before: Before): Promise<Began | undefined> {
    const { settings, recent } = this.#deps
    const ask = this.#asker(connection, before)
    for (;;) {
      const { version, live, stories, batches } = recent
      if (version === 0) return undefined
      const info = JSON.stringify({ epoch: before.epoch, version, heard: [...batches] })
      const known = live.length === 0 ? [settings.node] : live
      const told = stories.flatMap((story) => [String(story.version), story.id, story.text])
      const args = [before.era, info, String(known.length), ...known, String(stories.length), ...told]
      if ((await ask(gatherScript, args)) !== 'OK') return undefined
      const how = await this.#follow(ask, before)
      if (how !== 'again') return how
    }
  }

  async #follow(ask: Ask, before: Before): Promise<Began | undefined | 'again'> {
    for (;;) {
      const sentMs = this.#deps.clock.monotonicMs()
      const [how, ...rest] = asList(await ask(lookScript, []))
      switch (asText(how)) {
        case 'BEGUN': {
          const [seconds, micros, era, begin] = rest
          const timeMs = asTimeMs(seconds, micros)
          return { era: asText(era), begin: asText(begin), sentMs, timeMs, gaps: this.#gaps }
        }
        case 'PUT': {
          const [infos, stories] = rest
          const isWhole = await this.#putAllBack(ask, before, readInfos(infos), asPairs(stories))
          if (!isWhole) return undefined
          break
        }
        case 'WAIT':
          await systemPause(LOOK_MS, new AbortController().signal)
          break
        case 'OVER':
          return undefined
        default:
          // 'NONE'
          return 'again'
      }
    }
  }

  /** False: this node has not heard of something that the others cannot tell it any more. */
  async #putAllBack(
    ask: Ask,
    { epoch }: Before,
    infos: ReadonlyMap<string, Info>,
    stories: ReadonlyMap<string, string>,
  ): Promise<boolean> {
    const { settings, posts, recent } = this.#deps
    const all = [...infos.values()]
    const version = Math.max(...all.map((info) => info.version))
    if (!this.#catchUp(version, stories)) return false
    const done = Math.max(posts.kept, ...all.map(({ heard }) => heard.get(epoch) ?? 0))
    posts.keptUntil(done)
    // Whoever waited for these has to hear of it first.
    await setImmediate()
    const held = this.#deps.follower().held()
    const isLeader = settings.node === [...infos.keys()].toSorted()[0]
    const missing = posts.told.missing(held.homes, done, (node) => infos.get(node)?.heard.get(epoch) ?? 0)
    // Of one that no node has, its own says so, or the leader where that is gone.
    const gone = [...held.homes].flatMap(([session, node]) =>
      node === undefined || (isLeader && !infos.has(node)) ? [session] : [],
    )
    this.#gaps = [...new Set([...missing, ...gone])]
    await this.#putBoxes(ask, held)
    if (isLeader) {
      await putTable(ask, 'versions', held.versions)
      await putTable(ask, 'records', held.records)
    }
    await ask(readyScript, [String(done), ...(isLeader ? [randomUUID(), String(recent.version)] : ['', ''])])
    return true
  }

  #catchUp(version: number, stories: ReadonlyMap<string, string>): boolean {
    const { recent } = this.#deps
    while (recent.version < version) {
      const text = stories.get(String(recent.version + 1))
      if (text === undefined) return false
      const commit = decodeStory(recent.version + 1, text)
      recent.heardOf({ version: commit.version, id: commit.id, text })
      this.#deps.follower().committed(commit)
    }
    return true
  }

  async #putBoxes(ask: Ask, { boxes }: Held): Promise<void> {
    const { entries, bytes } = this.#deps.settings.maxOutbox
    for (let at = 0; at < boxes.length; at += AT_ONCE) {
      const args = [String(entries), String(bytes), '']
      encodeBoxes(args, boxes.slice(at, at + AT_ONCE))
      await ask(putBackScript, args, false)
    }
  }

  #asker(connection: Connection, { epoch }: Before): Ask {
    const { settings } = this.#deps
    return (script, args, timed = true) => {
      const head = [settings.node, epoch, ...(timed ? [String(settings.nodeTimeoutMs)] : [])]
      return answered(connection, scriptCall(script, keyPrefix(settings), [...head, ...args]), WITHIN_MS)
    }
  }
}

/** `timed`: the script takes the timeout of a node. */
type Ask = (script: Script, args: readonly string[], timed?: boolean) => Promise<Reply>

async function putTable(
  ask: Ask,
  name: 'versions' | 'records',
  table: ReadonlyMap<string, string | number>,
): Promise<void> {
  const all = [...table]
  for (let at = 0; at === 0 || at < all.length; at += AT_ONCE) {
    const some = all.slice(at, at + AT_ONCE)
    const pairs = some.flatMap(([key, value]) => [key, String(value)])
    const head = ['0', '0', name, at === 0 ? 'first' : 'further', String(some.length)]
    await ask(putBackScript, [...head, ...pairs], false)
  }
}

function readInfos(reply: Reply | undefined): ReadonlyMap<string, Info> {
  return new Map(
    [...asPairs(reply)].map(([node, text]) => {
      const { version, heard } = infoSchema.parse(JSON.parse(text))
      return [node, { version, heard: new Map(heard) }]
    }),
  )
}
