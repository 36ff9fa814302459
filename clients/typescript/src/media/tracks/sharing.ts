import type { Unsubscribe } from '../../index.ts'
import { listenTo } from '../listen-to.ts'
import type { Outgoing, Source } from './outgoing.ts'

interface Screen {
  readonly stream: MediaStream
  readonly end: Unsubscribe
}

export interface SharingOptions {
  readonly outgoing: Outgoing
  readonly onSharing: (on: boolean) => void
  /** The screen's track has ended, and what was shown before cannot be shown again. */
  readonly onFault: (error: unknown) => void
}

/** Which stream is sent: the camera's, its picture replaced by the screen's while that is shared. One change at a time. */
export class Sharing {
  readonly #options: SharingOptions
  #camera: MediaStream | undefined
  #screen: Screen | undefined
  #last: Promise<void> = Promise.resolve()
  #closed = false

  /** The tracks of the stream are there before the connection is negotiated. */
  constructor(options: SharingOptions, stream: MediaStream | undefined) {
    this.#options = options
    if (stream === undefined) return
    this.#camera = stream
    this.#last = this.#put(stream)
  }

  use(stream: MediaStream): Promise<void> {
    return this.#do(() => {
      this.#camera = stream
      return this.#put(stream)
    })
  }

  share(stream: MediaStream): Promise<void> {
    return this.#do(async () => {
      const source = firstOf('video', stream)
      if (source === undefined) throw new TypeError('sharing a screen needs a stream with a video track')
      const before = this.#screen
      before?.end()
      const end = listenTo(source.track, 'ended', () => {
        this.stop().catch(this.#options.onFault)
      })
      this.#screen = { stream, end }
      await this.#options.outgoing.put('video', source)
      if (before === undefined) this.#options.onSharing(true)
      else stopTracks(before.stream, stream)
    })
  }

  stop(): Promise<void> {
    return this.#do(async () => {
      if (!this.#release()) return
      const camera = this.#camera
      await this.#options.outgoing.put('video', camera && firstOf('video', camera))
      this.#options.onSharing(false)
    })
  }

  close(): void {
    this.#closed = true
    this.#release()
  }

  #isOver(): boolean {
    return this.#closed
  }

  async #put(stream: MediaStream): Promise<void> {
    const { outgoing } = this.#options
    const heard = outgoing.put('audio', firstOf('audio', stream))
    const seen = this.#screen === undefined ? outgoing.put('video', firstOf('video', stream)) : undefined
    await Promise.all([heard, seen])
  }

  /** Lets the screen go, and says whether there was one. */
  #release(): boolean {
    const screen = this.#screen
    this.#screen = undefined
    screen?.end()
    if (screen !== undefined) stopTracks(screen.stream)
    return screen !== undefined
  }

  /** Whatever it comes to on a closed connection, it is over without a word. */
  #do(change: () => Promise<void>): Promise<void> {
    const done = this.#last.then(async () => {
      if (this.#isOver()) return
      try {
        await change()
      } catch (error) {
        if (!this.#isOver()) throw error
      }
    })
    this.#last = done.catch(() => undefined)
    return done
  }
}

function firstOf(kind: 'audio' | 'video', stream: MediaStream): Source | undefined {
  const [track] = kind === 'audio' ? stream.getAudioTracks() : stream.getVideoTracks()
  return track && { track, stream }
}

function stopTracks(stream: MediaStream, except?: MediaStream): void {
  const kept = new Set(except?.getTracks())
  for (const track of stream.getTracks()) if (!kept.has(track)) track.stop()
}
