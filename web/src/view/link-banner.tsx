import type { Link } from '../model/state.ts'
import { useTongue } from './context.ts'

/** How it stands with the connection, while that is worth a word. */
export function LinkBanner({ link, isInCall }: { readonly link: Link; readonly isInCall: boolean }) {
  const { t } = useTongue()
  return (
    <div role="status" class="banner-place">
      {link.name !== 'online' && (
        <p class="banner">
          <span class="spinner" aria-hidden="true" />
          <span>
            {link.name === 'offline' ? t.link.offline : t.link.reconnecting} {isInCall && t.link.callGoesOn}
          </span>
        </p>
      )}
    </div>
  )
}
