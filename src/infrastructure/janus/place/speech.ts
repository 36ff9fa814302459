import { z } from 'zod'
import type { UserId } from '../../../domain/ids.ts'
import { userOf } from './feeds.ts'

/** Somebody begins to speak, or stops. */
export interface Speech {
  readonly user: UserId
  readonly on: boolean
}

const event = z.object({ videoroom: z.enum(['talking', 'stopped-talking']), id: z.string() })

/** Undefined where Janus tells of something else. */
export function speechIn(data: unknown): Speech | undefined {
  const read = event.safeParse(data)
  const user = read.success ? userOf(read.data.id) : undefined
  return user === undefined ? undefined : { user, on: read.data?.videoroom === 'talking' }
}
