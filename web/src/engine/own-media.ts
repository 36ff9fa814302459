import type { CallKind, MediaTrouble, OwnMedia } from '../model/call-view.ts'
import { type Devices, noDevices } from '../model/preferences.ts'

/** How large a picture is asked for. In a room each one is encoded once for every other member. */
const SIZES = { call: { width: 1280, height: 720 }, room: { width: 640, height: 360 } } as const
export type Size = keyof typeof SIZES

/** Camera and microphone as far as they are there and allowed: a call with less is better than none. */
export async function openMedia(kind: CallKind, devices: Devices, size: Size = 'call'): Promise<OwnMedia> {
  // Only pages over https, and those of the machine itself, have it.
  const media: MediaDevices | undefined = window.isSecureContext ? navigator.mediaDevices : undefined
  if (media === undefined) return { stream: undefined, trouble: { what: 'both', why: 'insecure' } }
  const audio = audioWith(devices)
  const video = kind === 'video' ? videoWith(devices, size) : false
  try {
    return { stream: await media.getUserMedia({ audio, video }), trouble: undefined }
  } catch (error) {
    // One that has been unplugged since is no fault: then it is that of the system.
    if (isChosen(devices) && whyOf(error) === 'missing') return openMedia(kind, noDevices, size)
    if (kind === 'voice') return { stream: undefined, trouble: { what: 'microphone', why: whyOf(error) } }
    return openOne(media, { audio, video }, error)
  }
}

export async function openCamera(
  devices: Devices,
  size: Size = 'call',
): Promise<MediaStreamTrack | MediaTrouble> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: videoWith(devices, size) })
    return stream.getVideoTracks()[0] ?? { what: 'camera', why: 'missing' }
  } catch (error) {
    if (isChosen(devices) && whyOf(error) === 'missing') return openCamera(noDevices, size)
    return { what: 'camera', why: whyOf(error) }
  }
}

/** Where both together are not to be had: sound is what counts most. */
async function openOne(
  media: MediaDevices,
  { audio, video }: MediaStreamConstraints,
  first: unknown,
): Promise<OwnMedia> {
  const trouble = (what: MediaTrouble['what'], error: unknown) => ({ what, why: whyOf(error) })
  try {
    return { stream: await media.getUserMedia({ audio: audio ?? true }), trouble: trouble('camera', first) }
  } catch (error) {
    try {
      const stream = await media.getUserMedia({ video: video ?? true })
      return { stream, trouble: trouble('microphone', error) }
    } catch {
      return { stream: undefined, trouble: trouble('both', error) }
    }
  }
}

/** The screen, a window or a tab; undefined where the person has thought better of it. */
export async function openScreen(): Promise<MediaStream | 'cancelled' | 'failed'> {
  try {
    return await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false })
  } catch (error) {
    return whyOf(error) === 'denied' ? 'cancelled' : 'failed'
  }
}

export function canShareScreen(): boolean {
  return window.isSecureContext && 'getDisplayMedia' in navigator.mediaDevices
}

export function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

function isChosen({ microphone, camera }: Devices): boolean {
  return microphone !== undefined || camera !== undefined
}

function audioWith({ microphone }: Devices): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(microphone === undefined ? {} : { deviceId: { exact: microphone } }),
  }
}

function videoWith({ camera }: Devices, size: Size): MediaTrackConstraints {
  return {
    width: { ideal: SIZES[size].width },
    height: { ideal: SIZES[size].height },
    ...(camera === undefined ? {} : { deviceId: { exact: camera } }),
  }
}

function whyOf(error: unknown): MediaTrouble['why'] {
  const name = error instanceof DOMException ? error.name : ''
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing'
    case 'NotReadableError':
    case 'AbortError':
      return 'in_use'
    default:
      return 'unknown'
  }
}
