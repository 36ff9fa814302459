import { z } from 'zod'

/** Bytes as the files of `conformance` write them: hexadecimal text, or an array of such texts and repetitions. */

const hexText = z.string().regex(/^([0-9A-Fa-f]{2}|\s)*$/)

export const bytes = z.union([
  hexText,
  z.array(z.union([hexText, z.strictObject({ repeat: hexText, times: z.int().min(1) })])),
])
type Bytes = z.infer<typeof bytes>

export function toBuffer(value: Bytes): Buffer {
  const parts = typeof value === 'string' ? [value] : value
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? fromHex(part) : repeated(fromHex(part.repeat), part.times),
    ),
  )
}

function fromHex(text: string): Buffer {
  return Buffer.from(text.replace(/\s/g, ''), 'hex')
}

function repeated(unit: Buffer, times: number): Buffer {
  return Buffer.alloc(unit.length * times, unit)
}
