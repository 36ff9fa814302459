/** The tones of a telephone, made here: nothing is loaded for them. */
export interface Ringing {
  /** What is to be heard from now on; it repeats. */
  readonly play: (tone: Tone | undefined) => void
  /** Once, at the end of a call. */
  readonly playEnd: () => void
}

export type Tone = 'incoming' | 'outgoing'

interface Note {
  readonly hertz: readonly number[]
  readonly atSecs: number
  readonly forSecs: number
}

const TONES: Readonly<Record<Tone, { readonly everySecs: number; readonly notes: readonly Note[] }>> = {
  // Two soft rising pairs, as of a marimba.
  incoming: {
    everySecs: 3,
    notes: [
      { hertz: [523.25], atSecs: 0, forSecs: 0.28 },
      { hertz: [659.25], atSecs: 0.18, forSecs: 0.28 },
      { hertz: [783.99], atSecs: 0.36, forSecs: 0.5 },
      { hertz: [659.25], atSecs: 1, forSecs: 0.28 },
      { hertz: [783.99], atSecs: 1.18, forSecs: 0.6 },
    ],
  },
  // What one hears on a line that rings elsewhere.
  outgoing: { everySecs: 4, notes: [{ hertz: [425], atSecs: 0, forSecs: 1 }] },
}

const END: readonly Note[] = [
  { hertz: [523.25], atSecs: 0, forSecs: 0.15 },
  { hertz: [392], atSecs: 0.14, forSecs: 0.3 },
]

const LOUDNESS: Readonly<Record<Tone | 'end', number>> = { incoming: 0.22, outgoing: 0.07, end: 0.12 }
const MS_PER_SECOND = 1000

export function createRinging(): Ringing {
  let context: AudioContext | undefined
  let timer: number | undefined
  let gain: GainNode | undefined
  let playing: Tone | undefined

  return {
    play(tone) {
      if (tone === playing) return
      silence()
      playing = tone
      if (tone === undefined) return
      const { everySecs, notes } = TONES[tone]
      gain = sound(notes, LOUDNESS[tone])
      timer = window.setInterval(() => {
        gain = sound(notes, LOUDNESS[tone])
      }, everySecs * MS_PER_SECOND)
    },
    playEnd() {
      sound(END, LOUDNESS.end)
    },
  }

  function silence(): void {
    window.clearInterval(timer)
    const now = context?.currentTime ?? 0
    gain?.gain.cancelScheduledValues(now)
    gain?.gain.setTargetAtTime(0, now, 0.02)
    gain = undefined
  }

  function sound(notes: readonly Note[], loudness: number): GainNode | undefined {
    if (!mayBeHeard()) return undefined
    context ??= new AudioContext()
    void context.resume().catch(() => undefined)
    const all = new GainNode(context, { gain: 1 })
    all.connect(context.destination)
    for (const note of notes) playNote(context, all, note, loudness)
    return all
  }
}

/** Before the first click browsers play nothing, and complain where it is tried; there is the notification then. */
export function mayBeHeard(): boolean {
  return !('userActivation' in navigator) || navigator.userActivation.hasBeenActive
}

function playNote(
  context: AudioContext,
  to: AudioNode,
  { hertz, atSecs, forSecs }: Note,
  loudness: number,
): void {
  const start = context.currentTime + atSecs
  const envelope = new GainNode(context, { gain: 0 })
  envelope.connect(to)
  envelope.gain.setValueAtTime(0, start)
  envelope.gain.linearRampToValueAtTime(loudness, start + 0.02)
  envelope.gain.setValueAtTime(loudness, start + forSecs * 0.5)
  envelope.gain.linearRampToValueAtTime(0, start + forSecs)
  for (const frequency of hertz) {
    const oscillator = new OscillatorNode(context, { type: 'sine', frequency })
    oscillator.connect(envelope)
    oscillator.start(start)
    oscillator.stop(start + forSecs)
  }
}
