import { within } from '../../../scripts/demo/within.ts'
import type { Media, MediaEvents } from 'roomrtc-client/media'

const DEADLINE_MS = 30_000

/** The next value of the event for which this is true. */
export function next<E extends keyof MediaEvents>(
  media: Media,
  event: E,
  wanted: (value: MediaEvents[E]) => boolean = () => true,
): Promise<MediaEvents[E]> {
  let end = (): void => undefined
  const heard = new Promise<MediaEvents[E]>((resolve) => {
    end = media.on(event, (value) => {
      if (wanted(value)) resolve(value)
    })
  })
  return within(DEADLINE_MS, `waiting for the event ${event} of the media`, heard).finally(() => {
    end()
  })
}

export async function inState(media: Media, name: Media['state']['name']): Promise<void> {
  if (media.state.name !== name) await next(media, 'state', (state) => state.name === name)
}

/** Asks again and again until it is true. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`${what} took longer than ${DEADLINE_MS} ms`)
    await pause(50)
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
