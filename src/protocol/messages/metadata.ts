import { z } from 'zod'

export const MAX_METADATA_BYTES = 2048

/** A small object that means something to the applications only (CALL-12). */
export const metadata = z
  .looseObject({})
  .refine(fits, { error: `expected an object of at most ${MAX_METADATA_BYTES} bytes as JSON` })

function fits(value: object): boolean {
  try {
    return Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES
  } catch {
    // Nested so deeply that it cannot be written again.
    return false
  }
}
