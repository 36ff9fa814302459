/** As many of a text can be found, and as many characters of each count. */
const MAX_WORDS = 1000
const MAX_LENGTH = 64

const WORD = /[\p{L}\p{N}]+/gu

/**
 * The words of a text: runs of letters and digits, without regard to case, each once. One rule for whatever stores them, so
 * that the same is found everywhere.
 */
export function wordsOf(text: string): readonly string[] {
  const words = text.normalize('NFKC').toLowerCase().match(WORD) ?? []
  return [...new Set(words.map(shortened))].slice(0, MAX_WORDS)
}

function shortened(word: string): string {
  return word.length <= MAX_LENGTH ? word : word.slice(0, MAX_LENGTH).toWellFormed()
}
