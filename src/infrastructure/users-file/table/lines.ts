import { isUtf8 } from 'node:buffer'

const NEWLINE = 0x0a

/** Splits bytes behind their last newline: whole lines, and what follows them. */
export function splitAtLastNewline(bytes: Buffer): { readonly lines: Buffer; readonly rest: Buffer } {
  const end = bytes.lastIndexOf(NEWLINE) + 1
  return { lines: bytes.subarray(0, end), rest: bytes.subarray(end) }
}

/** From `start` to the next newline, which is left out, or to the end. */
export function lineAt(bytes: Buffer, start: number): Buffer {
  const end = bytes.indexOf(NEWLINE, start)
  return bytes.subarray(start, end === -1 ? bytes.length : end)
}

/** How many newlines there are before `end`. */
export function countNewlines(bytes: Buffer, end = bytes.length): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1 && at < end; at = bytes.indexOf(NEWLINE, at + 1)) count += 1
  return count
}

/** A line without a carriage return at its end; undefined if it is not UTF-8. */
export function decodeLine(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return undefined
  const line = bytes.toString('utf8')
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
