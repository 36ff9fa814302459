import { keyPath } from './faults/key-path.ts'
import { isObject, update } from './objects.ts'

/** Keys at which empty means none. Files of the original server have `null` there. */
const EMPTY: Readonly<Record<string, Readonly<Record<string, '' | readonly []>>>> = {
  server: { pkcs12_path: '', pkcs12_password: '', cert_path: '', key_path: '' },
  proxy: { networks: [] },
  webrtc: { stun_servers: [], turn_servers: [] },
  tokens: { key_path: '', issuers: [] },
}

/** Keys of an entry of `webrtc.turn_servers` that may be left out. */
const OPTIONAL = ['username', 'credential', 'secret']

// A host or an IPv6 address in brackets, and an optional port: all that is there where there is no scheme.
const HOST = String.raw`(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?`
const SCHEMELESS = {
  stun: new RegExp(`^${HOST}$`, 'i'),
  turn: new RegExp(String.raw`^${HOST}(?:\?transport=(?:udp|tcp))?$`, 'i'),
}
const HAS_SCHEME = /^(?:stun|turn)s?:/i

export interface Meant {
  readonly value: unknown
  /** What should be written otherwise. */
  readonly warnings: readonly string[]
}

/**
 * A document as it was meant: `null` is "none" where empty means none, and a STUN or TURN server without a scheme has
 * that of its list. Whatever has the wrong shape is left for the schema to refuse.
 */
export function asMeant(document: unknown): Meant {
  if (!isObject(document)) return { value: document, warnings: [] }
  const value = { ...document }
  for (const [name, keys] of Object.entries(EMPTY)) {
    if (name in value) value[name] = update(value[name], (section) => withoutNulls(section, keys))
  }
  const warnings: string[] = []
  value.webrtc = update(value.webrtc, (webrtc) => ({
    ...webrtc,
    ...each(webrtc, 'stun_servers', (server, index) =>
      withScheme('stun', server, ['webrtc', 'stun_servers', index], warnings),
    ),
    ...each(webrtc, 'turn_servers', (server, index) =>
      update(server, ({ url, ...access }) => ({
        ...(url === undefined
          ? {}
          : { url: withScheme('turn', url, ['webrtc', 'turn_servers', index, 'url'], warnings) }),
        ...Object.fromEntries(
          Object.entries(access).filter(([key, found]) => found !== null || !OPTIONAL.includes(key)),
        ),
      })),
    ),
  }))
  if (value.webrtc === undefined) delete value.webrtc
  return { value, warnings }
}

function withoutNulls(
  section: Readonly<Record<string, unknown>>,
  keys: Readonly<Record<string, '' | readonly []>>,
): object {
  return Object.fromEntries(
    Object.entries(section).map(([key, found]) => [key, found === null ? (keys[key] ?? null) : found]),
  )
}

function each(
  section: Readonly<Record<string, unknown>>,
  key: string,
  change: (entry: unknown, index: number) => unknown,
): object {
  const entries = section[key]
  return Array.isArray(entries) ? { [key]: entries.map(change) } : {}
}

function withScheme(
  scheme: 'stun' | 'turn',
  server: unknown,
  path: readonly PropertyKey[],
  warnings: string[],
): unknown {
  if (typeof server !== 'string' || HAS_SCHEME.test(server) || !SCHEMELESS[scheme].test(server)) return server
  const url = `${scheme}:${server}`
  warnings.push(`${keyPath(path)} is "${server}", which has no scheme: it is taken as "${url}". Write that`)
  return url
}
