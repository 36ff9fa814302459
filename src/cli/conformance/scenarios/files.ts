import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'

/** As far from src/cli/conformance/scenarios as from dist/cli/conformance/scenarios. */
const FOLDER = new URL('../../../../conformance/', import.meta.url)

/** The codec's vectors: no scenarios. */
const FRAMES = 'frames.json'

export type ScenarioFolder = 'vectors' | 'client'

/** Every scenario file of a folder of `conformance`, with its name without `.json`. Throws for a file that does not fit. */
export function readScenarioFiles<T>(
  folder: ScenarioFolder,
  schema: z.ZodType<T>,
): readonly { readonly name: string; readonly content: T }[] {
  const directory = new URL(`${folder}/`, FOLDER)
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json') && file !== FRAMES)
    .toSorted()
    .map((file) => {
      const checked = schema.safeParse(JSON.parse(readFileSync(new URL(file, directory), 'utf8')))
      if (!checked.success)
        throw new Error(`${fileURLToPath(new URL(file, directory))}: ${checked.error.message}`)
      return { name: file.replace(/\.json$/, ''), content: checked.data }
    })
}
