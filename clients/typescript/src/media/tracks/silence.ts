import type { Side } from '../../index.ts'

export type Kind = 'audio' | 'video'
export type Muted = Pick<Side, 'audioMuted' | 'videoMuted'>

/** Disables the tracks that are sent while their kind is muted. What the application has disabled stays so. */
export class Silence {
  /** Disabled here, and to be enabled again. */
  readonly #silenced = new Set<MediaStreamTrack>()
  #muted: Muted = { audioMuted: false, videoMuted: false }

  mute(muted: Muted): void {
    this.#muted = muted
  }

  apply(kind: Kind, track: MediaStreamTrack): void {
    if (!this.#muted[`${kind}Muted`]) {
      if (this.#silenced.delete(track)) track.enabled = true
    } else if (track.enabled) {
      track.enabled = false
      this.#silenced.add(track)
    }
  }

  close(): void {
    for (const track of this.#silenced) track.enabled = true
    this.#silenced.clear()
  }
}
