import type { RoomView } from '../../model/room-view.ts'
import { useTongue } from '../context.ts'
import { Icon } from '../parts/icon.tsx'
import { CopyLink } from './copy-link.tsx'

/** What to do while nobody else is in the room. */
export function Alone({ room, onAsk }: { readonly room: RoomView; readonly onAsk: () => void }) {
  const { t } = useTongue()
  return (
    <section class="alone">
      <h2>{t.rooms.alone}</h2>
      <p class="muted">{t.rooms.aloneText}</p>
      <div class="alone-ways">
        <button type="button" class="button button-main" onClick={onAsk}>
          <Icon name="addPerson" />
          {t.rooms.ask}
        </button>
        {!room.inviteOnly && <CopyLink room={room.id} />}
      </div>
    </section>
  )
}
