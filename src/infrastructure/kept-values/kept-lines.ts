import { z } from 'zod'

/** A line: `["key",value]`, or `["key"]` of a key that is gone. */
export function formatEntry(key: string, value: unknown): string {
  return `${JSON.stringify(value === undefined ? [key] : [key, value])}\n`
}

/** What the lines come to. The last one may have been cut off by a crash; another that is none throws with its number. */
export function readEntries<Value>(text: string, parse: (value: unknown) => Value): Map<string, Value> {
  const values = new Map<string, Value>()
  const lines = text.split('\n').slice(0, -1)
  for (const [index, line] of lines.entries()) {
    const entry = readEntry(line)
    if (entry === undefined) throw new Error(`line ${index + 1} is damaged`)
    const [key, ...value] = entry
    if (value.length === 0) values.delete(key)
    else values.set(key, parse(value[0]))
  }
  return values
}

const entry = z.tuple([z.string()], z.unknown())

function readEntry(line: string): [string, ...unknown[]] | undefined {
  try {
    const { success, data } = entry.safeParse(JSON.parse(line))
    return success ? data : undefined
  } catch {
    return undefined
  }
}
