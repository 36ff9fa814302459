import { useEffect, useState } from 'preact/hooks'
import { watchLevel } from '../../engine/level-meter.ts'
import { openMedia, stop } from '../../engine/own-media.ts'
import type { OwnMedia } from '../../model/call-view.ts'
import type { Devices } from '../../model/preferences.ts'
import { useTongue } from '../context.ts'
import { Video } from '../call/video.tsx'
import { Icon } from '../parts/icon.tsx'

interface Props {
  readonly devices: Devices
  /** The browser has allowed it, and now tells the names of what there is. */
  readonly onOpen: () => void
}

/** What others would see and hear. It begins only when it is asked for. */
export function Preview({ devices, onOpen }: Props) {
  const { t } = useTongue()
  const [isOn, setOn] = useState(false)
  const own = useOwn(isOn, devices, onOpen)
  const microphone = own?.stream?.getAudioTracks()[0]
  const hasCamera = (own?.stream?.getVideoTracks().length ?? 0) > 0
  return (
    <div class="preview">
      <div class="preview-picture">
        {own?.stream !== undefined && hasCamera ? (
          <Video stream={own.stream} class="own-video" label={t.settings.preview} isMuted />
        ) : (
          <Icon name="cameraOff" />
        )}
      </div>
      <div class="preview-side">
        <button
          type="button"
          class="button"
          onClick={() => {
            setOn(!isOn)
          }}
        >
          {isOn ? t.settings.stopPreview : t.settings.startPreview}
        </button>
        {microphone !== undefined && <Level track={microphone} />}
        {own?.trouble !== undefined && (
          <p class="fault" role="alert">
            {t.notices.media(t.mediaWhat[own.trouble.what], t.mediaWhy[own.trouble.why])}
          </p>
        )}
      </div>
    </div>
  )
}

function useOwn(isOn: boolean, devices: Devices, onOpen: () => void): OwnMedia | undefined {
  const [own, setOwn] = useState<OwnMedia>()
  const { microphone, camera } = devices
  useEffect(() => {
    if (!isOn) return
    let isOver = false
    let opened: OwnMedia | undefined
    void openMedia('video', { microphone, camera, speaker: undefined }).then((found) => {
      opened = found
      if (isOver) {
        stop(found.stream)
        return
      }
      setOwn(found)
      onOpen()
    })
    return () => {
      isOver = true
      stop(opened?.stream)
      setOwn(undefined)
    }
  }, [isOn, microphone, camera, onOpen])
  return own
}

const PERCENT = 100

function Level({ track }: { readonly track: MediaStreamTrack }) {
  const { t } = useTongue()
  const [level, setLevel] = useState(0)
  useEffect(() => watchLevel(track, setLevel), [track])
  return (
    <>
      <div
        class="level"
        role="meter"
        aria-label={t.settings.level}
        aria-valuemin={0}
        aria-valuemax={PERCENT}
        aria-valuenow={Math.round(level * PERCENT)}
      >
        <span style={{ clipPath: `inset(0 ${Math.round((1 - level) * PERCENT)}% 0 0)` }} />
      </div>
      <p class="hint">{t.settings.levelHint}</p>
    </>
  )
}
