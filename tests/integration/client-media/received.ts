import type { Media } from 'roomrtc-client/media'
import { pause } from './wait-for.ts'

export interface Received {
  readonly audio: number
  readonly video: number
  /** In pixels. */
  readonly width: number
}

/** What has arrived, in bytes. */
export async function received({ peerConnection }: Pick<Media, 'peerConnection'>): Promise<Received> {
  const found = { audio: 0, video: 0, width: 0 }
  const report = await peerConnection.getStats()
  report.forEach(
    (entry: { type: string; kind: 'audio' | 'video'; bytesReceived: number; frameWidth?: number }) => {
      if (entry.type !== 'inbound-rtp') return
      found[entry.kind] += entry.bytesReceived
      if (entry.frameWidth !== undefined) found.width = entry.frameWidth
    },
  )
  return found
}

/** Which of the two grow in half a second. */
export async function growing(media: Pick<Media, 'peerConnection'>): Promise<readonly ('audio' | 'video')[]> {
  const before = await received(media)
  await pause(500)
  const after = await received(media)
  return (['audio', 'video'] as const).filter((kind) => after[kind] > before[kind])
}
