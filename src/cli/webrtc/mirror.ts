import type { Media } from 'roomrtc-client/media'
import { isChannel } from './text-channel.ts'
import type { Wrtc } from './wrtc.ts'

/** Tracks and a data channel that show the other party what it sends itself. */
export interface Mirror {
  /** What to send: silent and dark until `open`. */
  readonly stream: unknown
  /** Follows what comes in. */
  attach(media: Media): void
  /** Sends back what comes, from now on. */
  open(): void
  close(): void
}

export function makeMirror({ MediaStream, nonstandard }: Wrtc): Mirror {
  const { RTCAudioSource, RTCVideoSource, RTCAudioSink, RTCVideoSink } = nonstandard
  const audio = new RTCAudioSource()
  const video = new RTCVideoSource()
  const tracks = [audio.createTrack(), video.createTrack()]
  const sinks: { stop(): void }[] = []
  let isOpen = false

  return {
    stream: new MediaStream(tracks),
    attach(media) {
      media.on('track', (track: unknown) => {
        if (kindOf(track) === 'audio') {
          const sink = new RTCAudioSink(track)
          sink.ondata = (data) => {
            if (isOpen) audio.onData(data)
          }
          sinks.push(sink)
        } else {
          const sink = new RTCVideoSink(track)
          sink.onframe = ({ frame }) => {
            if (isOpen) video.onFrame(frame)
          }
          sinks.push(sink)
        }
      })
      media.on('channel', (channel: unknown) => {
        if (!isChannel(channel)) return
        channel.onmessage = ({ data }) => {
          if (isOpen && channel.readyState === 'open') channel.send(data)
        }
      })
    },
    open() {
      isOpen = true
    },
    close() {
      isOpen = false
      for (const each of [...sinks.splice(0), ...tracks]) each.stop()
    },
  }
}

function kindOf(track: unknown): unknown {
  return typeof track === 'object' && track !== null && 'kind' in track ? track.kind : undefined
}
