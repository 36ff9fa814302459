import { createHmac, timingSafeEqual } from 'node:crypto'

export const variants = ['content', 'thumbnail'] as const
/** Of a file. */
export type Variant = (typeof variants)[number]

export interface SignedQuery {
  readonly variant: Variant
  /** Unix seconds. */
  readonly expires: number
  readonly signature: string
}

/** Where files are fetched. */
export const FILES_PATH = '/api/files'

/** Makes paths that let whoever has them fetch one file for a while, and tells them from others. */
export interface SignedUrls {
  /** `expires` in Unix seconds. */
  readonly sign: (file: string, variant: Variant, expires: number) => string
  /** Whether we have signed it; not whether it is still good. */
  readonly isOurs: (file: string, query: SignedQuery) => boolean
}

export function makeSignedUrls(secret: string | Uint8Array): SignedUrls {
  return {
    sign(file, variant, expires) {
      const query = new URLSearchParams({ variant, expires: String(expires) })
      query.set('signature', signatureOf(file, variant, expires).toString('base64url'))
      return `${FILES_PATH}/${file}?${query.toString()}`
    },

    isOurs(file, { variant, expires, signature }) {
      const wanted = signatureOf(file, variant, expires)
      const given = Buffer.from(signature, 'base64url')
      return given.length === wanted.length && timingSafeEqual(given, wanted)
    },
  }

  function signatureOf(file: string, variant: Variant, expires: number): Buffer {
    return createHmac('sha256', secret).update(`${file}\n${variant}\n${expires}`).digest()
  }
}
