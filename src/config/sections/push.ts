import { z } from 'zod'
import { milliseconds } from '../timer-range.ts'

/** The push services of Chrome, Edge, Firefox and Safari. */
const BROWSERS = [
  'fcm.googleapis.com',
  '*.push.services.mozilla.com',
  '*.push.apple.com',
  '*.notify.windows.com',
]

const HOST = /^(?:\*|(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|[\da-f:.]*:[\da-f:.]*)$/
const HOSTS = 'host name in lower case, one that begins with "*.", an address, or "*"'

const keys = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Wake devices that have no connection by Web Push (capability push). If false, nothing of it is loaded.',
    ),
  contact: z
    .string()
    .regex(/^$|^mailto:[^\s@]+@[^\s@]+$|^https:\/\/\S+$/)
    .meta({ allowed: 'mailto: and an address, or an https URL, or empty' })
    .default('')
    .describe('How those who run a push service reach you. It is needed where this is enabled.'),
  key_path: z
    .string()
    .default('')
    .describe(
      'The file with the key by which push services know this server; it is made if it is not there. Empty means the database of persistence.postgres_url, or without one push-keys.json in persistence.data_directory.',
    ),
  allowed_hosts: z
    .array(z.string().regex(HOST).meta({ allowed: HOSTS }))
    .default(BROWSERS)
    .describe(
      'The push services that may be used. An entry that begins with "*." is for all names below it, and "*" is any host with a public address. What is named in full may also be in your own network.',
    ),
  timeout_ms: milliseconds().default(10_000).describe('How long the answer of a push service may take.'),
  include_text: z
    .boolean()
    .default(false)
    .describe(
      'Whether what wakes a device for a message has the beginning of its text. It is encrypted for the device.',
    ),
})

export const pushSection = keys.refine(({ enabled, contact }) => !enabled || contact !== '', {
  when: ({ value }) => keys.safeParse(value).success,
  path: ['contact'],
  error:
    'push services want to know whom to ask; set push.contact to "mailto:" and an address, or to an https URL',
})
