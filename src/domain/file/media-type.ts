/** Of a file whose type is not among those below. */
export const UNKNOWN_TYPE = 'application/octet-stream'

/** So many bytes of the beginning are enough to tell a type. */
export const HEAD_BYTES = 64

interface Signature {
  readonly type: string
  /** What stands where, byte by byte; in Latin-1. */
  readonly parts: readonly (readonly [offset: number, bytes: string])[]
}

/** Brands of ISO base media files (`ftyp`), by their first letters. */
const brands: readonly (readonly [brand: string, type: string])[] = [
  ['avif', 'image/avif'],
  ['avis', 'image/avif'],
  ['M4A ', 'audio/mp4'],
  ['M4B ', 'audio/mp4'],
  ['qt  ', 'video/quicktime'],
  ['isom', 'video/mp4'],
  ['iso2', 'video/mp4'],
  ['iso4', 'video/mp4'],
  ['iso5', 'video/mp4'],
  ['iso6', 'video/mp4'],
  ['mp41', 'video/mp4'],
  ['mp42', 'video/mp4'],
  ['avc1', 'video/mp4'],
  ['dash', 'video/mp4'],
  ['M4V ', 'video/mp4'],
]

/**
 * Pictures, audio and video that browsers show by themselves and in which no script runs: SVG is not here. What is not in
 * this list is handed out as bytes to be saved.
 */
const signatures: readonly Signature[] = [
  { type: 'image/jpeg', parts: [[0, '\xff\xd8\xff']] },
  { type: 'image/png', parts: [[0, '\x89PNG\r\n\x1a\n']] },
  { type: 'image/gif', parts: [[0, 'GIF87a']] },
  { type: 'image/gif', parts: [[0, 'GIF89a']] },
  {
    type: 'image/webp',
    parts: [
      [0, 'RIFF'],
      [8, 'WEBPVP8'],
    ],
  },
  {
    type: 'audio/wav',
    parts: [
      [0, 'RIFF'],
      [8, 'WAVEfmt '],
    ],
  },
  {
    type: 'audio/ogg',
    parts: [
      [0, 'OggS'],
      [28, 'OpusHead'],
    ],
  },
  {
    type: 'audio/ogg',
    parts: [
      [0, 'OggS'],
      [28, '\x01vorbis'],
    ],
  },
  {
    type: 'video/ogg',
    parts: [
      [0, 'OggS'],
      [28, '\x80theora'],
    ],
  },
  { type: 'audio/flac', parts: [[0, 'fLaC']] },
  { type: 'audio/mpeg', parts: [[0, 'ID3']] },
  { type: 'audio/mpeg', parts: [[0, '\xff\xfb']] },
  { type: 'audio/aac', parts: [[0, '\xff\xf1']] },
  ...brands.map(([brand, type]) => ({
    type,
    parts: [
      [4, 'ftyp'],
      [8, brand],
    ] as const,
  })),
  // WebM is Matroska with a word of its own in the header, whose place is not fixed.
  { type: 'video/webm', parts: [[0, '\x1a\x45\xdf\xa3']] },
]

/** Types that a browser may show in the place of saving them. */
export const SHOWN_TYPES: ReadonlySet<string> = new Set(signatures.map(({ type }) => type))

/** Of which a thumbnail can be made. */
export const PICTURE_TYPES: ReadonlySet<string> = new Set(
  [...SHOWN_TYPES].filter((type) => type.startsWith('image/')),
)

/** The media type by the first bytes of the content, `HEAD_BYTES` of them where there are as many. */
export function mediaTypeOf(head: Uint8Array): string {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES))
  const found = signatures.find(({ parts }) => parts.every(([at, bytes]) => text.startsWith(bytes, at)))
  if (found === undefined) return UNKNOWN_TYPE
  return found.type === 'video/webm' && !text.includes('webm') ? UNKNOWN_TYPE : found.type
}
