/** What a node was told of a commit, as it was written. */
export interface Story {
  readonly version: number
  readonly id: string
  readonly text: string
}

const MOST_STORIES = { count: 256, bytes: 1024 * 1024 }

/** Of nodes that are gone for long nobody asks. */
const MOST_EPOCHS = 256

/** How far this node has heard, so that it can be brought to where the others are if Redis loses everything. */
export class Recent {
  /** Of the last commit that it has heard of. */
  version = 0
  /** The nodes that live. */
  live: readonly string[] = []
  #stories: Story[] = []
  #bytes = 0
  /** The last batch of posts that came from a node, by the node's epoch. */
  readonly #batches = new Map<string, number>()

  begin(version: number, live: readonly string[]): void {
    this.version = version
    this.live = live
    this.#stories = []
    this.#bytes = 0
    this.#batches.clear()
  }

  get stories(): readonly Story[] {
    return this.#stories
  }

  get batches(): ReadonlyMap<string, number> {
    return this.#batches
  }

  heardOf(story: Story): void {
    this.version = story.version
    this.#stories.push(story)
    this.#bytes += story.text.length
    while (this.#stories.length > MOST_STORIES.count || this.#bytes > MOST_STORIES.bytes)
      this.#bytes -= this.#stories.shift()?.text.length ?? 0
  }

  heardFrom(epoch: string, batch: number): void {
    this.#batches.delete(epoch)
    this.#batches.set(epoch, batch)
    for (const oldest of this.#batches.keys()) {
      if (this.#batches.size <= MOST_EPOCHS) break
      this.#batches.delete(oldest)
    }
  }
}
