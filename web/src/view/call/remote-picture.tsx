import { type CallView, isOngoing } from '../../model/call-view.ts'
import { useApp, useTongue } from '../context.ts'
import { Avatar } from '../parts/avatar.tsx'
import { Video } from './video.tsx'

/** The other one, or the first letter of the name. */
export function RemotePicture({ call }: { readonly call: CallView }) {
  const app = useApp()
  const { t } = useTongue()
  const { peer, remote, phase } = call
  const { speaker } = app.store.state().preferences.devices
  const hasPicture = remote !== undefined && remote.getVideoTracks().length > 0
  const isHidden = !isOngoing(phase) || phase.name === 'held' || phase.peer.videoMuted || !hasPicture
  return (
    <div class="remote">
      {remote !== undefined && (
        <Video
          stream={remote}
          speaker={speaker}
          class={isHidden ? 'remote-video is-hidden' : 'remote-video'}
          label={t.call.picture(peer.username)}
        />
      )}
      {isHidden && (
        <span class={isOngoing(phase) ? 'remote-face' : 'remote-face pulse'}>
          <Avatar name={peer.username} size="large" />
        </span>
      )}
    </div>
  )
}
