import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Devices } from '../../model/preferences.ts'

export type DeviceLists = Readonly<Record<keyof Devices, readonly MediaDeviceInfo[]>>

const NONE: DeviceLists = { microphone: [], camera: [], speaker: [] }

/** What is plugged in, as it is now; names are known once the page has been allowed to use one. */
export function useDevices(): readonly [DeviceLists, () => void] {
  const [lists, setLists] = useState(NONE)
  const look = useCallback(() => {
    void listDevices().then(setLists)
  }, [])
  useEffect(() => {
    const media = mediaDevices()
    look()
    media?.addEventListener('devicechange', look)
    return () => {
      media?.removeEventListener('devicechange', look)
    }
  }, [look])
  return [lists, look]
}

async function listDevices(): Promise<DeviceLists> {
  const all =
    (await mediaDevices()
      ?.enumerateDevices()
      .catch(() => [])) ?? []
  // What has no id is only a hint that there is something, and the default ones are what "as the system has it" means.
  const of = (kind: MediaDeviceKind) =>
    all.filter(
      (device) => device.kind === kind && !['', 'default', 'communications'].includes(device.deviceId),
    )
  return { microphone: of('audioinput'), camera: of('videoinput'), speaker: of('audiooutput') }
}

function mediaDevices(): MediaDevices | undefined {
  return window.isSecureContext ? navigator.mediaDevices : undefined
}
