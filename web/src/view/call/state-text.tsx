import type { Dictionary } from '../../i18n/dictionary.ts'
import { type CallView, isOngoing } from '../../model/call-view.ts'
import { useTongue } from '../context.ts'

/** How it stands with the call, in words; read out when it changes. */
export function StateText({ call }: { readonly call: CallView }) {
  const { t } = useTongue()
  const [main, ...others] = textsOf(call, t)
  return (
    <div class={isOngoing(call.phase) ? 'call-state' : 'call-state is-ringing'} role="status">
      {main !== undefined && <p class="call-main">{main}</p>}
      {others.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </div>
  )
}

function textsOf(
  { phase, peer: { username }, link, isSharing, transfer }: CallView,
  t: Dictionary,
): readonly string[] {
  const handing = transfer === undefined ? [] : [t.transfer.ringing(transfer.to.username)]
  switch (phase.name) {
    case 'preparing':
      return [t.call.preparing]
    case 'ringing-out':
      return [phase.alerting ? t.call.ringingOut : t.call.calling]
    case 'ringing-in':
      return []
    case 'held': {
      const held = { me: t.call.heldByMe, peer: t.call.heldByPeer(username), both: t.call.heldByBoth }
      return [held[phase.by], t.call.timeStands, ...handing]
    }
    case 'active':
      return [
        ...(phase.peerAway ? [t.call.peerAway(username)] : []),
        ...(link === 'waiting' || link === 'connecting' ? [t.call.connecting] : []),
        ...(link === 'interrupted' ? [t.call.interrupted] : []),
        ...(phase.peer.audioMuted ? [t.call.peerMuted(username)] : []),
        ...(phase.peer.videoMuted ? [t.call.peerCameraOff(username)] : []),
        ...(isSharing ? [t.call.sharing] : []),
        ...handing,
      ]
  }
}
