import { isUtf8 } from 'node:buffer'

const NEWLINE = 0x0a
const CHUNK_BYTES = 64 * 1024

/** Splits bytes behind their last newline: whole lines, and what follows them. */
export function splitAtLastNewline(bytes: Buffer): { readonly lines: Buffer; readonly rest: Buffer } {
  const end = bytes.lastIndexOf(NEWLINE) + 1
  return { lines: bytes.subarray(0, end), rest: bytes.subarray(end) }
}

/**
 * Visits each line of bytes that end in a newline, without its end (LF or CRLF), counting from 1; `undefined` stands
 * for a line that is not UTF-8. Decoded by the chunk: the strings cut from it share its memory, and one character beyond
 * Latin-1 doubles that of its own chunk only, not of the whole file.
 */
export function eachLine(bytes: Buffer, visit: (line: string | undefined, number: number) => void): void {
  let number = 0
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, Math.min(start + CHUNK_BYTES, bytes.length - 1))
    for (const line of decodeLines(bytes.subarray(start, end))) visit(line, ++number)
    start = end + 1
  }
}

export function decodeLine(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? withoutReturn(bytes.toString('utf8')) : undefined
}

function decodeLines(chunk: Buffer): (string | undefined)[] {
  if (isUtf8(chunk)) return chunk.toString('utf8').split('\n').map(withoutReturn)
  return chunk
    .toString('latin1')
    .split('\n')
    .map((line) => decodeLine(Buffer.from(line, 'latin1')))
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
