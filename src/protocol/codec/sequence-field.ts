import { z } from 'zod'
import { added } from './added-field.ts'

/** The place of a message in what a resumable session was sent, counted from 1 (RESUME-1). Others do not bear it. */
export const seq = added(z.int().min(1).optional())
