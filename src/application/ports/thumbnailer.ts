import type { Content } from './file-store.ts'

export interface Thumbnailer {
  /** A small JPEG of a picture; undefined where none can be made, whatever the reason. Nothing else comes of a bad picture. */
  make(picture: Content): Promise<Uint8Array | undefined>
  /** What is being made is given up. */
  close(): void
}
