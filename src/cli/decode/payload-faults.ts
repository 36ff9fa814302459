import { findNodeAtLocation, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { z } from 'zod'

/** Where in a payload the first byte is that is no UTF-8. */
export function badUtf8At(payload: Uint8Array): number {
  // The longest beginning that is good, by halves; a character that is cut off at the end of it is.
  let [good, bad] = [0, payload.length]
  while (good < bad) {
    const middle = Math.ceil((good + bad) / 2)
    if (isGoodBeginning(payload.subarray(0, middle))) good = middle
    else bad = middle - 1
  }
  return good
}

function isGoodBeginning(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/** Where a text stops being JSON, in bytes, and what is wrong there. */
export function badJsonAt(text: string): { readonly at: number; readonly message: string } {
  const errors: ParseError[] = []
  try {
    parseTree(text, errors, { disallowComments: true })
  } catch (error) {
    // It calls itself once for each level.
    if (!(error instanceof RangeError)) throw error
    return { at: 0, message: 'it is nested too deeply' }
  }
  const [first] = errors
  if (first === undefined) return { at: 0, message: 'it is no JSON' }
  const words = printParseErrorCode(first.error)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase()
  return { at: Buffer.byteLength(text.slice(0, first.offset)), message: words }
}

/** Where the field of a fault stands in the payload, in bytes; its beginning where the field is missing. */
export function fieldAt(text: string, issue: z.core.$ZodIssue | undefined): number {
  const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol')
  if (path.length === 0) return 0
  try {
    const root = parseTree(text)
    const node = root === undefined ? undefined : findNodeAtLocation(root, path)
    return node === undefined ? 0 : Buffer.byteLength(text.slice(0, node.offset))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return 0
  }
}
