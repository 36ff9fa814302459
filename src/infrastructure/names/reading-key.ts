import unhomoglyph from 'unhomoglyph'

const ASCII = /^[\0-\x7f]*$/
const LATIN_OR_COMMON = /[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u

/**
 * Names with the same key read alike: they are the same after NFKC and case folding, or have the same skeleton (Unicode
 * UTS #39) in letters of another script. Within Latin and the digits nothing counts as alike but upper and lower case.
 */
export function readingKey(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase()
  // Up and down again: `ß` and `ss`, and the final sigma, are folded by it.
  const folded = name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFC')
  let key = ''
  for (const character of folded) key += LATIN_OR_COMMON.test(character) ? character : unhomoglyph(character)
  return key.toLowerCase()
}
