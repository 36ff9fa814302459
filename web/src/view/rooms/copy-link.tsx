import { useState } from 'preact/hooks'
import { linkTo } from '../../engine/rooms/room-hash.ts'
import { useTongue } from '../context.ts'
import { Icon } from '../parts/icon.tsx'

/** Puts the link to a room where it can be pasted from. */
export function CopyLink({ room }: { readonly room: string }) {
  const { t } = useTongue()
  const [isCopied, setCopied] = useState(false)
  // Only pages over https, and those of the machine itself, may; others show the link to be copied by hand.
  if (!window.isSecureContext) return null
  return (
    <>
      <button
        type="button"
        class="button"
        onClick={() => {
          navigator.clipboard.writeText(linkTo(room)).then(
            () => {
              setCopied(true)
            },
            () => {
              setCopied(false)
            },
          )
        }}
      >
        <Icon name="link" />
        {t.rooms.copyLink}
      </button>
      <span class="copied" role="status">
        {isCopied && t.rooms.copied}
      </span>
    </>
  )
}
