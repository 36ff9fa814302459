import type { Invitation } from 'roomrtc-client/rooms'
import type { CallKind } from '../../model/call-view.ts'
import '../../style/rooms.css'
import { useApp, useTongue } from '../context.ts'
import { Avatar } from '../parts/avatar.tsx'

interface Props {
  readonly invitations: readonly Invitation[]
  /** Of who is here. */
  readonly username: string
}

/** Who asks one into a room. Unlike a call it does not stand in the way of anything. */
export function Invitations({ invitations, username }: Props) {
  const { t } = useTongue()
  return (
    <section class="invitations" role="log" aria-live="assertive" aria-label={t.rooms.invitations}>
      {invitations.map((invitation) => (
        <Asked key={invitation.room.id} invitation={invitation} username={username} />
      ))}
    </section>
  )
}

function Asked({
  invitation: { room, from, invite },
  username,
}: {
  readonly invitation: Invitation
  readonly username: string
}) {
  const app = useApp()
  const { t } = useTongue()
  const join = (kind: CallKind) => () => {
    const nickname = app.store.state().preferences.nickname || username
    void app.rooming()?.enter({ id: room.id, nickname, kind, invite })
  }
  return (
    <div class="notice invitation">
      <Avatar name={from.username} />
      <div>
        <p>
          <strong>{t.rooms.invited(from.username, room.name)}</strong>
        </p>
        <div class="invitation-ways">
          <button type="button" class="button button-ok" onClick={join('video')}>
            {t.rooms.join}
          </button>
          <button type="button" class="button" onClick={() => app.rooming()?.decline(room.id)}>
            {t.rooms.decline}
          </button>
        </div>
        <button type="button" class="link" onClick={join('voice')}>
          {t.rooms.joinVoice}
        </button>
      </div>
    </div>
  )
}
