import { useEffect, useRef } from 'preact/hooks'

interface Props {
  readonly stream: MediaStream
  readonly label: string
  readonly class: string
  readonly isMuted?: boolean
  /** Where it is to be heard; undefined: as the system has it. */
  readonly speaker?: string | undefined
}

/** A stream to be seen, and heard unless it is one's own. */
export function Video({ stream, label, class: look, isMuted = false, speaker }: Props) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const element = video.current
    if (element === null) return
    element.srcObject = stream
    // Before the first click a browser may refuse; the attribute tries again as soon as it may.
    element.play().catch(() => undefined)
  }, [stream])
  useEffect(() => {
    const element: Partial<HTMLVideoElement> | null = video.current
    // Not every browser lets a page choose, and one that has been unplugged is no fault.
    element?.setSinkId?.(speaker ?? '').catch(() => undefined)
  }, [speaker])
  return <video ref={video} class={look} aria-label={label} autoplay playsInline muted={isMuted} />
}
