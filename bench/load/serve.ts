import { z } from 'zod'
import { asked, type Command } from '../shared/command.ts'

const table = new Map<string, (input: unknown) => Promise<unknown>>()

/** Carries out a command of the process that started this one. */
export function serve<Input extends z.core.$ZodType, Output extends z.core.$ZodType>(
  { name, input, output }: Command<Input, Output>,
  carryOut: (input: z.output<Input>) => Promise<z.input<Output>>,
): void {
  table.set(name, async (raw) => z.parse(output, await carryOut(z.parse(input, raw))))
}

/** From here on commands are heard; the process ends with the one that started it. */
export function listenToParent(): void {
  process.on('message', (raw) => {
    void answer(raw)
  })
  process.on('disconnect', () => process.exit())
}

async function answer(raw: unknown): Promise<void> {
  const { id, name, input } = asked.parse(raw)
  try {
    const carryOut = table.get(name)
    if (carryOut === undefined) throw new Error(`no such command: ${name}`)
    process.send?.({ id, output: await carryOut(input) })
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) })
  }
}
