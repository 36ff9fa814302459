import { z } from 'zod'

// RFC 7065: no slashes, an optional port; only turn: and turns: take a transport.
const TURN_URL = /^turns?:(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i

const keys = z.strictObject({
  url: z
    .string()
    .regex(TURN_URL)
    .meta({ allowed: 'URL such as turn:host, turn:host:3478?transport=udp or turns:[2001:db8::1]:5349' })
    .describe('Address of the TURN server.'),
  username: z
    .string()
    .min(1)
    .optional()
    .describe('The user name at the TURN server, the same for every client. It needs credential.'),
  credential: z
    .string()
    .min(1)
    .meta({ secret: true, allowed: 'non-empty string, or absent with ROOMRTC_TURN_CREDENTIAL set' })
    .optional()
    .describe(
      'The password at the TURN server. If it is absent or empty beside a username, the environment variable ROOMRTC_TURN_CREDENTIAL is used.',
    ),
  secret: z
    .string()
    .min(1)
    .meta({ secret: true, allowed: 'non-empty string, or absent with ROOMRTC_TURN_SECRET set' })
    .optional()
    .describe(
      'A secret shared with the TURN server, instead of username and credential. Each client gets its own credentials, which expire. If an entry has none of the three, the environment variable ROOMRTC_TURN_SECRET is used.',
    ),
})

// As in the server section: they speak as soon as these keys are good, whatever is wrong with the URL.
const accessKeys = z.object(keys.pick({ username: true, credential: true, secret: true }).shape)
const when = (payload: { value: unknown }) => accessKeys.safeParse(payload.value).success

type Access = z.output<typeof accessKeys>
type TurnServer = { url: string; username: string; credential: string } | { url: string; secret: string }

const hasAccount = ({ username, credential }: Access) => username !== undefined || credential !== undefined

/** Comes out as one of two kinds, so that no reader has to ask what belongs to what. */
export const turnServer = keys
  .refine((turn) => hasAccount(turn) || turn.secret !== undefined, {
    when,
    error:
      'there is no access to the server; set username and credential, or secret, here or in the environment variable ROOMRTC_TURN_SECRET',
  })
  .refine((turn) => !hasAccount(turn) || turn.secret === undefined, {
    when,
    error: 'two kinds of access are given; keep either username and credential, or secret',
  })
  .refine(
    (turn) => turn.credential === undefined || turn.secret !== undefined || turn.username !== undefined,
    {
      when,
      path: ['username'],
      error: 'credential needs a username beside it; set both, or only secret',
    },
  )
  .refine(
    (turn) => turn.username === undefined || turn.secret !== undefined || turn.credential !== undefined,
    {
      when,
      path: ['credential'],
      error:
        'username needs a credential beside it, here or in the environment variable ROOMRTC_TURN_CREDENTIAL; set both, or only secret',
    },
  )
  .meta({ allowed: 'object with url and either username and credential, or secret' })
  .transform(oneKind)

function oneKind({ url, username, credential, secret }: z.output<typeof keys>): TurnServer {
  if (secret !== undefined) return { url, secret }
  if (username !== undefined && credential !== undefined) return { url, username, credential }
  throw new Error('a TURN server without access passed the check')
}
