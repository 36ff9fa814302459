import { z } from 'zod'
import { milliseconds, seconds } from '../timer-range.ts'

/** Of an HMAC key; what is shorter can be guessed. */
const MIN_SECRET = 32
const SECRET = `${MIN_SECRET} characters or more, or absent with ROOMRTC_WEBHOOK_SECRET set`

const URL_OF_HOOK = 'http or https URL without user name and fragment'

/** `HookType` of the application's port: those that are told where nothing else is said. */
const EVENTS = [
  'call.started',
  'call.answered',
  'call.ended',
  'call.refused',
  'room.opened',
  'room.closed',
  'message.sent',
] as const

/** For programs that wake devices themselves: with `push.call` calls ring on at users without a connection. */
const WAKING = ['push.call', 'push.call_over', 'push.message'] as const

const endpoint = z.strictObject({
  url: z
    .string()
    .refine(isHookUrl, { error: `allowed: ${URL_OF_HOOK}` })
    .meta({ allowed: URL_OF_HOOK })
    .describe('Where events are sent to, by POST.'),
  secret: z
    .string()
    .refine((secret) => secret.length >= MIN_SECRET, { error: `allowed: ${SECRET}` })
    .meta({ secret: true, allowed: SECRET })
    .describe(
      'By this requests are signed. If it is absent or empty, the environment variable ROOMRTC_WEBHOOK_SECRET is used.',
    ),
  events: z
    .array(z.enum([...EVENTS, ...WAKING]))
    .min(1)
    .default([...EVENTS])
    .describe('Which events are sent there. Absent means all but those that begin with `push.`.'),
})

export const webhooksSection = z.strictObject({
  endpoints: z
    .array(endpoint)
    .max(10)
    .default([])
    .describe('Programs that are told of calls, rooms and messages (docs/webhooks.md).'),
  timeout_ms: milliseconds().default(5000).describe('How long an answer to an event may take.'),
  retry_for_secs: seconds(0)
    .default(3600)
    .describe('For so long an event is sent again that was not taken. Those after it wait meanwhile.'),
  max_queue: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe('How many events may wait for each endpoint. Beyond that the oldest are dropped.'),
  include_text: z.boolean().default(false).describe('Whether message.sent has the text of the message.'),
})

function isHookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, hash } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === '' && hash === ''
}
