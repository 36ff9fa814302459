import type { Outbox } from '../resumption/outbox.ts'
import type { WireRefusal } from './present-refusal.ts'

/** What is wrong with a number by which a client says what it has, `field` naming it; undefined where it can be so. */
export function neverSent(field: string, seq: number, { nextSeq }: Outbox): WireRefusal | undefined {
  if (seq < nextSeq) return undefined
  return {
    reason: 'invalid_field',
    detail: `${field} is ${seq}, and ${nextSeq - 1} is the last that was sent`,
  }
}
