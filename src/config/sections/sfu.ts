import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

const url = z
  .string()
  .max(2048)
  .refine((text) => isWebSocket(text), { error: 'allowed: URL with ws or wss, such as ws://127.0.0.1:8188' })
  .meta({ allowed: 'URL with ws or wss' })

export const sfuSection = z.strictObject({
  urls: z
    .array(url)
    .max(16)
    .refine((urls) => new Set(urls).size === urls.length, { error: 'the same URL twice; keep one of them' })
    .default([])
    .describe(
      'The WebSocket API of each Janus that carries the media of rooms with mode `sfu` (docs/protocol/sfu.md). Empty means that there are no such rooms.',
    ),
  secret: z
    .string()
    .meta({ secret: true })
    .default('')
    .describe(
      'The `api_secret` of each Janus. From it the secrets of the rooms in Janus are made, too. The environment variable ROOMRTC_SFU_SECRET overrides it.',
    ),
  keepalive_ms: milliseconds(1000)
    .max(30_000)
    .default(10_000)
    .describe(
      'How often a Janus is asked for a sign of life. Without an answer by the next time it counts as gone. Janus forgets who was not heard for 60 s.',
    ),
})

function isWebSocket(text: string): boolean {
  return URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol)
}
