import { z } from 'zod'
import type { Commit, Committed } from '../../../application/ports/shared-state.ts'

/** What all nodes are told of a commit; its number is added by the script. */
const storySchema = z.tuple([
  z.string(),
  z.string(),
  z.array(z.string()),
  z.array(z.string()),
  z.array(z.tuple([z.string(), z.string().nullable()])),
  z.string(),
])

export function encodeStory(commit: Commit, origin: string): string {
  const writes = [...commit.writes].map(([key, value]) => [key, value ?? null])
  return JSON.stringify([commit.id, origin, commit.touches, commit.forgets, writes, commit.news])
}

export function decodeStory(version: number, text: string): Committed {
  const [id, origin, touches, forgets, writes, news] = storySchema.parse(JSON.parse(text))
  return {
    id,
    origin,
    version,
    touches,
    forgets,
    writes: new Map(writes.map(([key, value]) => [key, value ?? undefined])),
    news,
  }
}
