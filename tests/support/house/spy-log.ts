import { z } from 'zod'
import type { Log } from '../../../src/application/ports/system/log.ts'

const lineSchema = z.looseObject({ message: z.string() })
type LogLine = z.output<typeof lineSchema>

/** Comes where the tests run on Redis, whenever Redis has it so. */
const OF_NODES = 'the nodes of the cluster are others'

/** A log that keeps its lines for the test to look at. */
export function createSpyLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = []
  const keep = (fields: object, message: string) => {
    if (message !== OF_NODES) lines.push(lineSchema.parse({ ...fields, message }))
  }
  return { log: { debug: keep, info: keep, warn: keep, error: keep }, lines }
}
