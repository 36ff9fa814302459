// What could move a terminal's cursor, colour what follows, start a line or turn text around: control characters (C0, DEL
// and C1, whose U+009B begins an escape sequence by itself), line and paragraph separators, bidirectional controls.
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu
const UNSAFE_BUT_NEWLINE = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

/** Escapes what JSON leaves as it stands in strings: from U+007F on. `line` is a JSON text and its newline. */
export function escapeJsonLine(line: string): string {
  return line.replace(UNSAFE_BUT_NEWLINE, escaped)
}

/**
 * Parses a JSON line for showing it to people: control characters in its strings become visible escapes. A `stack` keeps
 * its newlines, since pino-pretty indents each line of it.
 */
export function parseVisible(line: string): unknown {
  return JSON.parse(line, (key, value: unknown) => {
    if (typeof value === 'string')
      return value.replace(key === 'stack' ? UNSAFE_BUT_NEWLINE : UNSAFE, escaped)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name.replace(UNSAFE, escaped), field]),
    )
  })
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
