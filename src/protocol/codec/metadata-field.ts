import { z } from 'zod'

export const MAX_METADATA_BYTES = 2048

/**
 * A small object that means something to the applications only (CALL-12). Checked and not copied: zod's objects would
 * leave out a key `__proto__`.
 */
export const metadata = z
  .custom<Readonly<Record<string, unknown>>>(fits, {
    error: `expected an object of at most ${MAX_METADATA_BYTES} bytes as JSON`,
  })
  .meta({ type: 'object', properties: {}, additionalProperties: {} })

function fits(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  try {
    return Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES
  } catch {
    // Nested so deeply that it cannot be written again.
    return false
  }
}
