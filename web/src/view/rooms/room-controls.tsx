import type { OwnState } from 'roomrtc-client/rooms'
import type { OwnMedia } from '../../model/call-view.ts'
import { useApp, useTongue } from '../context.ts'
import { IconButton } from '../parts/icon-button.tsx'

interface Props {
  /** undefined until one is inside. */
  readonly own: OwnState | undefined
  readonly media: OwnMedia
}

export function RoomControls({ own, media }: Props) {
  const app = useApp()
  const { t } = useTongue()
  const hasCamera = own?.videoMuted === false && (media.stream?.getVideoTracks().length ?? 0) > 0
  return (
    <div class="controls" role="toolbar" aria-label={t.call.controls}>
      {own !== undefined && (
        <>
          <IconButton
            icon={own.audioMuted ? 'micOff' : 'mic'}
            class={own.audioMuted ? 'is-off' : ''}
            label={own.audioMuted ? t.call.unmute : t.call.mute}
            onClick={() => app.rooming()?.mute(!own.audioMuted)}
          />
          <IconButton
            icon={hasCamera ? 'camera' : 'cameraOff'}
            class={hasCamera ? '' : 'is-off'}
            label={hasCamera ? t.call.cameraOff : t.call.cameraOn}
            onClick={() => void app.rooming()?.switchCamera(!hasCamera)}
          />
          <IconButton
            icon="sliders"
            label={t.call.devices}
            onClick={() => {
              app.store.dispatch({ type: 'settings', isOpen: true })
            }}
          />
        </>
      )}
      <IconButton
        icon="hangUp"
        class="icon-button-danger"
        label={t.rooms.leave}
        onClick={() => app.rooming()?.leave()}
      />
    </div>
  )
}
