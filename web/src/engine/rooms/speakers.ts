import { type Meter, meterOf } from '../level-meter.ts'
import { mayBeHeard } from '../ringing.ts'

const EVERY_MS = 100
/** 36 dB below the loudest. Rooms are quieter, and voices louder. */
const AUDIBLE = 0.4
/** Between two words nobody is silent. */
const LINGERS_MS = 700

/** Tells who speaks, by the keys of the streams, each time that this changes, until it is ended. */
export function watchSpeakers(
  streams: () => Iterable<readonly [id: string, stream: MediaStream]>,
  tell: (ids: ReadonlySet<string>) => void,
): () => void {
  const meters = new Map<string, Meter>()
  const until = new Map<string, number>()
  let context: AudioContext | undefined
  let told = ''
  const timer = window.setInterval(() => {
    if (!mayBeHeard()) return
    context ??= new AudioContext()
    const tracks = [...streams()].flatMap(([id, stream]) =>
      stream
        .getAudioTracks()
        .slice(0, 1)
        .map((track) => [id, track] as const),
    )
    keepMeters(context, new Map(tracks))
    const now = performance.now()
    for (const [id, meter] of meters) if (meter.level() > AUDIBLE) until.set(id, now + LINGERS_MS)
    for (const [id, end] of until) if (end < now) until.delete(id)
    const ids = [...until.keys()].toSorted()
    if (ids.join() === told) return
    told = ids.join()
    tell(new Set(ids))
  }, EVERY_MS)
  return () => {
    window.clearInterval(timer)
    for (const meter of meters.values()) meter.end()
    void context?.close()
  }

  /** One for each track that there is now. */
  function keepMeters(present: AudioContext, tracks: ReadonlyMap<string, MediaStreamTrack>): void {
    for (const [id, meter] of meters) {
      if (tracks.get(id) === meter.track) continue
      meter.end()
      meters.delete(id)
    }
    for (const [id, track] of tracks) if (!meters.has(id)) meters.set(id, meterOf(present, track))
  }
}
