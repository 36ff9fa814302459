import { type CallView, isOngoing } from '../../model/call-view.ts'
import { useTongue } from '../context.ts'
import { Icon } from '../parts/icon.tsx'
import { Video } from './video.tsx'

/** What the other one sees of this side. */
export function OwnPicture({ call: { own, phase } }: { readonly call: CallView }) {
  const { t } = useTongue()
  const { stream } = own
  const hasCamera = (stream?.getVideoTracks().length ?? 0) > 0
  if (stream === undefined || !hasCamera) return null
  const isOff = isOngoing(phase) && phase.own.videoMuted
  return (
    <div class="own">
      <Video
        stream={stream}
        class={isOff ? 'own-video is-hidden' : 'own-video'}
        label={t.call.ownPicture}
        isMuted
      />
      {isOff && <Icon name="cameraOff" />}
      {isOngoing(phase) && phase.own.audioMuted && (
        <span class="own-mark">
          <Icon name="micOff" />
        </span>
      )}
    </div>
  )
}
