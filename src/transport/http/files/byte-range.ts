import type { ByteRange } from '../../../application/ports/file-store.ts'

/**
 * What the header `Range` asks of so many bytes (RFC 9110, 14.2). Undefined stands for all of them: of several ranges, and of
 * what is none, that is a good answer as well.
 */
export function byteRangeOf(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const { first, last } = /^bytes=(?<first>\d*)-(?<last>\d*)$/.exec(header ?? '')?.groups ?? {}
  if (first === undefined || last === undefined || first + last === '') return undefined
  if (first === '') {
    const from = Math.max(0, size - Number(last))
    return from < size ? { from, to: size - 1 } : 'unsatisfiable'
  }
  const from = Number(first)
  if (last !== '' && Number(last) < from) return undefined
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return from < size ? { from, to } : 'unsatisfiable'
}
