import type { Quality } from 'roomrtc-client/media'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { useTongue } from '../context.ts'
import { SafetyNumber } from './safety-number.tsx'

interface Props {
  readonly quality: Quality | undefined
  /** Of the other one. */
  readonly username: string
}

const BARS = [1, 2, 3, 4, 5]

/** How good the connection is; on demand, why it is no better, and whether anybody is in between. */
export function QualityBadge({ quality, username }: Props) {
  const { t } = useTongue()
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return
    const look = (event: Event): void => {
      const isOutside = event.target instanceof Node && place.current?.contains(event.target) === false
      if (isOutside || (event instanceof KeyboardEvent && event.key === 'Escape')) setOpen(false)
    }
    document.addEventListener('pointerdown', look)
    document.addEventListener('keydown', look)
    return () => {
      document.removeEventListener('pointerdown', look)
      document.removeEventListener('keydown', look)
    }
  }, [isOpen])
  const label = t.quality.label(quality === undefined ? t.quality.unknown : t.scores[quality.score])
  return (
    <div class="quality" ref={place}>
      <button
        type="button"
        class={`icon-button bars score-${quality?.score ?? 0}`}
        aria-label={label}
        title={label}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => {
          setOpen(!isOpen)
        }}
      >
        {BARS.map((bar) => (
          <i key={bar} class={bar <= (quality?.score ?? 0) ? 'bar is-full' : 'bar'} />
        ))}
      </button>
      <div id={id} class="quality-card" hidden={!isOpen}>
        <h2>{label}</h2>
        {quality !== undefined && <Explanation quality={quality} />}
        {isOpen && <SafetyNumber username={username} />}
      </div>
    </div>
  )
}

function Explanation({ quality: { causes, figures } }: { readonly quality: Quality }) {
  const { t, language } = useTongue()
  const number = (value: number, unit: string): string =>
    `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value)} ${unit}`
  const rows = [
    [t.quality.roundTrip, figures.roundTripMs, 'ms'],
    [t.quality.jitter, figures.jitterMs, 'ms'],
    [t.quality.loss, figures.lossPercent, '%'],
    [t.quality.bitrate, figures.bitrateKbps, 'kbit/s'],
    [t.quality.frames, figures.framesPerSecond, t.quality.perSecond],
  ] as const
  return (
    <>
      {causes.length === 0 ? <p>{t.quality.good}</p> : null}
      <ul>
        {causes.map((cause) => (
          <li key={cause}>{t.causes[cause]}</li>
        ))}
      </ul>
      <dl>
        {rows.map(([name, value, unit]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{number(value, unit)}</dd>
            </div>
          ),
        )}
      </dl>
    </>
  )
}
