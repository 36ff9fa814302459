import { z } from 'zod'
import type { MediaKind } from '../../../domain/room.ts'
import type { Handle } from '../link/link.ts'

interface MutingDeps {
  readonly handle: Handle
  readonly room: { readonly name: string; readonly secret: string }
  /** The participant's name in Janus. */
  readonly id: string
}

const configured = z.object({ streams: z.array(z.object({ type: z.string(), mid: z.string() })) })

/** Has Janus not pass on what a participant publishes, whatever its client does. */
export class Muting {
  readonly #deps: MutingDeps
  /** What it publishes: the kind of each mid. */
  #streams: ReadonlyMap<string, string> = new Map()
  readonly #muted = new Set<string>()

  constructor(deps: MutingDeps) {
    this.#deps = deps
  }

  /** `data`: what Janus says of an offer that it has taken. */
  publishes(data: unknown): void {
    const read = configured.safeParse(data)
    if (read.success) this.#streams = new Map(read.data.streams.map(({ mid, type }) => [mid, type]))
  }

  /** Rejects where Janus does not do it. */
  async settle(kinds: readonly MediaKind[]): Promise<void> {
    const { handle, room, id } = this.#deps
    for (const [mid, type] of this.#streams) {
      const mute = kinds.some((kind) => kind === type)
      if (mute === this.#muted.has(mid)) continue
      await handle.ask({ request: 'moderate', room: room.name, secret: room.secret, id, mid, mute })
      if (mute) this.#muted.add(mid)
      else this.#muted.delete(mid)
    }
  }
}
