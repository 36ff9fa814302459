import { canShareScreen } from '../../engine/own-media.ts'
import { type CallView, isOngoing } from '../../model/call-view.ts'
import { useApp, useTongue } from '../context.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { callIcons } from './call-icons.ts'

interface Props {
  readonly call: CallView
  readonly onTransfer: () => void
}

/** What can be done in a call. */
export function Controls({ call, onTransfer }: Props) {
  const app = useApp()
  const { t } = useTongue()
  const { phase } = call
  return (
    <div class="controls" role="toolbar" aria-label={t.call.controls}>
      {isOngoing(phase) && <OngoingControls call={call} own={phase.own} onTransfer={onTransfer} />}
      <IconButton
        icon="hangUp"
        class="icon-button-danger"
        label={isOngoing(phase) ? t.call.hangUp : t.call.cancel}
        onClick={() => app.calling()?.hangUp()}
      />
    </div>
  )
}

interface OngoingProps extends Props {
  readonly own: { readonly onHold: boolean; readonly audioMuted: boolean; readonly videoMuted: boolean }
}

function OngoingControls({ call, own, onTransfer }: OngoingProps) {
  const app = useApp()
  const { t } = useTongue()
  const hasCamera = (call.own.stream?.getVideoTracks().length ?? 0) > 0 && !own.videoMuted
  const { isSharing } = call
  return (
    <>
      <IconButton
        icon={own.audioMuted ? 'micOff' : 'mic'}
        class={own.audioMuted ? 'is-off' : ''}
        label={own.audioMuted ? t.call.unmute : t.call.mute}
        onClick={() => app.calling()?.mute({ audio: !own.audioMuted })}
      />
      <IconButton
        icon={hasCamera ? 'camera' : 'cameraOff'}
        class={hasCamera ? '' : 'is-off'}
        label={hasCamera ? t.call.cameraOff : t.call.cameraOn}
        onClick={() => void app.calling()?.switchCamera(!hasCamera)}
      />
      {canShareScreen() && (
        <IconButton
          icon={isSharing ? callIcons.screenOff : callIcons.screen}
          class={isSharing ? 'is-on' : ''}
          label={isSharing ? t.call.stopSharing : t.call.share}
          onClick={() => void (isSharing ? app.calling()?.stopSharing() : app.calling()?.share())}
        />
      )}
      <IconButton
        icon={own.onHold ? callIcons.play : callIcons.pause}
        class={own.onHold ? 'is-on' : ''}
        label={own.onHold ? t.call.resume : t.call.hold}
        onClick={() => app.calling()?.hold(!own.onHold)}
      />
      <IconButton
        icon={callIcons.transfer}
        class={call.transfer === undefined ? '' : 'is-on'}
        label={call.transfer === undefined ? t.transfer.open : t.transfer.takeBack}
        onClick={call.transfer === undefined ? onTransfer : () => app.calling()?.cancelTransfer()}
      />
      <IconButton
        icon="sliders"
        label={t.call.devices}
        onClick={() => {
          app.store.dispatch({ type: 'settings', isOpen: true })
        }}
      />
    </>
  )
}
