import type {
  Box,
  BoxTokens,
  BoxUpdate,
  Commit,
  Committed,
  Follower,
  Post,
  SharedState,
  Version,
} from '../../../src/application/ports/shared-state.ts'
import { Fenced } from '../../../src/application/ports/shared-state-errors.ts'
import type { HouseTime } from '../house/time.ts'

interface KeptBox {
  tokens: BoxTokens
  received: number
  firstSeq: number
  entries: string[]
  unsentFrom: number | undefined
  node: string
}

/** By so much the time that nodes share is ahead of the clock of each, as that of a store's machine is. */
const AHEAD_MS = 1_700_000_000_000

/** A node, from when it joins until it is taken for dead. */
interface Member {
  readonly follower: Follower
  /** What it has not heard of yet. */
  readonly inbox: (() => void)[]
  /** What it has asked for and that is not done yet; `refuse`: it was taken for dead meanwhile. */
  readonly asked: { readonly carryOut: () => void; readonly refuse: () => void }[]
  isCutOff: boolean
}

/** What the nodes of one process share: by the same rules as a store between processes, and as fast as a test wants. */
export class SharedMemory {
  readonly #versions = new Map<string, Version>()
  readonly #records = new Map<string, string>()
  readonly #boxes = new Map<string, KeptBox>()
  readonly #tokens = new Map<string, { readonly session: string } | { readonly spent: string }>()
  readonly #nodes = new Map<string, Member>()
  /** What it is for all nodes alike. */
  readonly time: HouseTime
  readonly #waits: boolean
  #commits = 0

  /** `waits`: nothing is carried out and nobody hears of anything until the test has it so, by `carryOut` and `hear`. */
  constructor(time: HouseTime, { waits = false }: { readonly waits?: boolean } = {}) {
    this.time = time
    this.#waits = waits
  }

  node(name: string): SharedState {
    let self: Member | undefined
    const join = (follower: Follower) => {
      self = { follower, inbox: [], asked: [], isCutOff: false }
      this.#nodes.set(name, self)
      this.#changeNodes()
      follower.begin({ versions: this.#versions, records: this.#records, nodes: this.#names() })
      return Promise.resolve()
    }
    const ask = <T>(work: () => T): Promise<T> => {
      const member = self
      const isIn = () => member !== undefined && this.#nodes.get(name) === member
      return new Promise((resolve, reject) => {
        const refuse = () => {
          reject(new Fenced())
        }
        const carryOut = () => {
          if (!isIn()) refuse()
          else resolve(work())
        }
        if (member !== undefined && isIn() && (this.#waits || member.isCutOff))
          member.asked.push({ carryOut, refuse })
        else carryOut()
      })
    }
    return {
      node: name,
      nowMs: () => AHEAD_MS + this.time.clock.monotonicMs(),
      join,
      commit: (commit) => ask(() => this.#commit(name, commit)),
      post: (posts) =>
        ask(() => {
          for (const one of posts) this.#post(name, one)
        }),
      box: (session) => ask(() => this.#boxOf(session)),
      findToken: (hash) => ask(() => this.#tokens.get(hash)),
      holds: (reads) =>
        ask(() => [...reads].every(([key, version]) => (this.#versions.get(key) ?? 0) === version)),
      leaseLeftMs: () => Infinity,
      doubt: () => undefined,
      leave: () => {
        this.#nodes.delete(name)
        this.#changeNodes()
        return Promise.resolve()
      },
    }
  }

  /** As kill -9: it hears and writes nothing any more, and the others learn of it. */
  kill(name: string): void {
    this.#nodes.delete(name)
    this.#changeNodes()
  }

  /** It was stopped for too long: the others have taken it for dead, which it learns as it wakes, and takes part anew. */
  fence(name: string): void {
    const member = this.#nodes.get(name)
    if (member === undefined) return
    this.kill(name)
    for (const { refuse } of member.asked.splice(0)) refuse()
    member.inbox.splice(0)
    member.follower.fenced()
    this.#nodes.set(name, member)
    this.#changeNodes()
    member.follower.begin({ versions: this.#versions, records: this.#records, nodes: this.#names() })
  }

  /** What it asks for waits, and so does what it is to hear, until `mend`. Nobody takes it for dead. */
  cutOff(name: string): void {
    const member = this.#nodes.get(name)
    if (member !== undefined) member.isCutOff = true
  }

  mend(name: string): void {
    const member = this.#nodes.get(name)
    if (member === undefined) return
    member.isCutOff = false
    for (const { carryOut } of member.asked.splice(0)) carryOut()
    for (const task of member.inbox.splice(0)) task()
  }

  /** Whether each session is at a node that has what it is owed. Each node hears of all that has happened. */
  holdsAll(): boolean {
    for (const name of this.#names()) while (this.hear(name));
    return [...this.#nodes.values()].every(({ follower }) =>
      [...follower.held().homes.values()].every((node) => this.#nodes.has(node ?? '')),
    )
  }

  /** It has lost everything, and goes on with what the nodes hold that live; each hears of all that has happened before. */
  comeBackEmpty(): void {
    for (const name of this.#names()) while (this.hear(name));
    for (const table of [this.#versions, this.#records, this.#boxes, this.#tokens]) table.clear()
    for (const [name, { follower }] of this.#nodes) {
      const { versions, records, boxes, homes } = follower.held()
      for (const [key, version] of versions) this.#versions.set(key, version)
      for (const [key, text] of records) this.#records.set(key, text)
      for (const update of boxes) this.#update(name, update)
      follower.restored(
        [...homes].flatMap(([session, node]) => (this.#nodes.has(node ?? '') ? [] : [session])),
      )
    }
  }

  get names(): readonly string[] {
    return this.#names()
  }

  /** The next thing that the node has asked for, if any. */
  carryOut(name: string): boolean {
    const next = this.#nodes.get(name)?.asked.shift()
    next?.carryOut()
    return next !== undefined
  }

  /** The node hears of the next thing that has happened, if any. */
  hear(name: string): boolean {
    const next = this.#nodes.get(name)?.inbox.shift()
    next?.()
    return next !== undefined
  }

  #names(): readonly string[] {
    return [...this.#nodes.keys()].toSorted()
  }

  #changeNodes(): void {
    const live = this.#names()
    for (const taker of this.#nodes.values())
      this.#tell(taker, () => {
        taker.follower.nodesChanged(live)
      })
  }

  /** Later, and in order: as news come from a store. */
  #tell(taker: Member, news: () => void): void {
    taker.inbox.push(news)
    if (this.#waits || taker.isCutOff || taker.inbox.length > 1) return
    queueMicrotask(() => {
      for (const task of taker.inbox.splice(0)) if ([...this.#nodes.values()].includes(taker)) task()
    })
  }

  #post(name: string, { to, from, boxes }: Post): void {
    if (from !== undefined) {
      const { session, record } = from
      if (!this.#records.has(record) || (this.#boxes.get(session)?.node ?? name) !== name) return
    }
    for (const update of boxes) this.#update(name, update)
    if (to === undefined) return
    const { session, entry } = to
    const taker = this.#nodes.get(this.#boxes.get(session)?.node ?? to.node)
    if (taker !== undefined)
      this.#tell(taker, () => {
        taker.follower.posted(session, entry)
      })
  }

  #commit(origin: string, commit: Commit): 'committed' | 'conflict' {
    const { id, reads, touches, forgets, writes, boxes, news } = commit
    for (const [key, version] of reads) if ((this.#versions.get(key) ?? 0) !== version) return 'conflict'
    for (const update of boxes)
      if (update.kind === 'attach') {
        const box = this.#boxes.get(update.session)
        if (box === undefined || box.firstSeq + box.entries.length !== update.expectedNext) return 'conflict'
        if ((update.expectedReceived ?? box.received) !== box.received) return 'conflict'
      }
    const version = ++this.#commits
    for (const key of touches) this.#versions.set(key, version)
    for (const key of forgets) this.#versions.delete(key)
    for (const [key, value] of writes) {
      if (value === undefined) this.#records.delete(key)
      else this.#records.set(key, value)
    }
    for (const update of boxes) this.#update(origin, update)
    const committed: Committed = { id, origin, version, touches, forgets, writes, news }
    for (const taker of this.#nodes.values())
      this.#tell(taker, () => {
        taker.follower.committed(committed)
      })
    return 'committed'
  }

  #update(node: string, update: BoxUpdate): void {
    if (update.kind === 'open') {
      const { session, tokens } = update
      const box = { tokens: {}, received: 0, firstSeq: 1, entries: [], unsentFrom: undefined, node }
      this.#boxes.set(session, { ...box, tokens: { current: undefined, previous: undefined } })
      this.#setTokens(session, tokens)
      return
    }
    if (update.kind === 'owe') {
      for (const session of update.sessions) this.#boxes.get(session)?.entries.push(update.entry)
      return
    }
    const box = this.#boxes.get(update.session)
    if (box === undefined) return
    switch (update.kind) {
      case 'attach':
        this.#setTokens(update.session, update.tokens)
        box.entries = [...update.entries]
        box.firstSeq = update.firstSeq
        box.unsentFrom = undefined
        box.node = node
        break
      case 'detach':
        box.unsentFrom = box.firstSeq + box.entries.length
        break
      case 'took':
        box.received += update.count
        break
      case 'acknowledge':
        while (box.firstSeq <= update.seq && box.entries.length > 0) {
          box.entries.shift()
          box.firstSeq += 1
        }
        break
      case 'tokens':
        this.#setTokens(update.session, update.tokens)
        break
      case 'end':
        for (const hash of [box.tokens.current, box.tokens.previous])
          if (hash !== undefined) {
            if (update.why === 'unknown') this.#tokens.delete(hash)
            else this.#tokens.set(hash, { spent: update.why })
          }
        this.#boxes.delete(update.session)
        break
      default:
        update satisfies never
    }
  }

  #setTokens(session: string, tokens: BoxTokens): void {
    const box = this.#boxes.get(session)
    if (box === undefined) return
    const now = [tokens.current, tokens.previous]
    for (const hash of [box.tokens.current, box.tokens.previous])
      if (hash !== undefined && !now.includes(hash)) this.#tokens.set(hash, { spent: 'replaced' })
    for (const hash of now) if (hash !== undefined) this.#tokens.set(hash, { session })
    box.tokens = tokens
  }

  #boxOf(session: string): Box | undefined {
    const box = this.#boxes.get(session)
    return box && { ...box, entries: [...box.entries] }
  }
}
