import type { Presentation } from '../../../application/ports/file-store.ts'
import { SHOWN_TYPES, UNKNOWN_TYPE } from '../../../domain/file/media-type.ts'
import type { StoredFile } from '../../../domain/file/stored-file.ts'
import type { Variant } from './signed-urls.ts'

/** How a browser is to take a file: pictures, audio and video may be shown, everything else is to be saved. */
export function presentationOf({ name, type }: StoredFile, variant: Variant): Presentation {
  if (variant === 'thumbnail') return { type: 'image/jpeg', disposition: 'inline' }
  const isShown = SHOWN_TYPES.has(type)
  return {
    type: isShown ? type : UNKNOWN_TYPE,
    disposition: `${isShown ? 'inline' : 'attachment'}; ${fileNameFields(name)}`,
  }
}

/** RFC 6266, with a name in ASCII for those who know no other. */
function fileNameFields(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["%\\]/g, '_')
  // What encodeURIComponent leaves and RFC 8187 does not.
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return plain === name ? `filename="${name}"` : `filename="${plain}"; filename*=UTF-8''${encoded}`
}
