import { z } from 'zod'

/** Something that one process asks another to do: what it needs to know, and what it answers. */
export interface Command<Input extends z.core.$ZodType, Output extends z.core.$ZodType> {
  readonly name: string
  readonly input: Input
  readonly output: Output
}

export function command<Input extends z.core.$ZodType, Output extends z.core.$ZodType>(
  name: string,
  input: Input,
  output: Output,
): Command<Input, Output> {
  return { name, input, output }
}

/** How a command goes from process to process, and its answer back. */
export const asked = z.object({ id: z.int(), name: z.string(), input: z.unknown() })
export const answered = z.object({
  id: z.int(),
  output: z.unknown().optional(),
  error: z.string().optional(),
})
