/** A file of the page as it is answered: read and compressed beforehand, so that a request costs no disk and no CPU. */
export interface PageFile {
  readonly type: string
  /** Quoted, as it stands in the header; that of a compressed body has the name of the coding at its end. */
  readonly etag: string
  /** Its name has a digest of its content, so that what is behind the name never changes. */
  readonly isImmutable: boolean
  readonly plain: Uint8Array<ArrayBuffer>
  /** By the names of HTTP for codings; empty where compressing it saves nothing. */
  readonly compressed: ReadonlyMap<Coding, Uint8Array<ArrayBuffer>>
}

/** The best first. */
export const codings = ['br', 'gzip'] as const

export type Coding = (typeof codings)[number]

/** By what follows `/app/` in the path; that of the page itself is empty. Nothing else is ever looked up. */
export type PageFiles = ReadonlyMap<string, PageFile>
