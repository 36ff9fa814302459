/** A stretch of the names, in their order. */
export interface NameRange {
  /** Only names after this one, whether or not anybody has it. */
  readonly after?: string | undefined
  /** Only names that begin with exactly this. */
  readonly prefix?: string | undefined
}

/** Names by their code points, as their UTF-8 bytes sort: `<` would put what lies beyond U+FFFF before U+E000. */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
