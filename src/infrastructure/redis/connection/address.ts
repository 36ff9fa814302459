import { err, ok, type Result } from '../../../domain/result.ts'

export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Where Redis is. Holds the password: only `shown` is for others. */
export interface RedisAddress {
  readonly servers: readonly HostPort[]
  /** Of the master, whom the servers, which are Sentinels then, know; undefined where the server is Redis itself. */
  readonly master: string | undefined
  readonly tls: boolean
  /** A PEM file of who vouches for the certificate, beside those that Node knows: `?ca_file=`. */
  readonly caFile: string | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  /** That of the Sentinels, where they want one: `?sentinel_password=`. */
  readonly sentinelPassword: string | undefined
  readonly database: number
  readonly shown: string
}

const SCHEME = /^redis(s?)(-sentinel)?:\/\/(?:([^@/]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/

const FORMS =
  'it is written redis://host:port, rediss://user:password@host:port/database or redis-sentinel://host:port,host:port/NAME'

/** The fault holds nothing of the text, as there may be a password in it. */
export function parseRedisUrl(url: string): Result<RedisAddress, string> {
  const match = SCHEME.exec(url)
  if (match === null) return err(FORMS)
  const [, secure = '', sentinel, account, hosts = '', path = '', query = ''] = match
  const servers = hosts.split(',').map((host) => parseHost(host, sentinel === undefined ? 6379 : 26_379))
  const [name = '', database = '0'] = sentinel === undefined ? [undefined, path || '0'] : path.split('/')
  const parts = decoded([account?.split(':')[0], account?.split(':').slice(1).join(':'), name])
  const known = servers.filter((server) => server !== undefined)
  const isWhole = known.length === servers.length && /^\d+$/.test(database) && parts !== undefined
  if (!isWhole || (sentinel === undefined ? servers.length > 1 : name === '')) return err(FORMS)
  const [username, password] = parts
  const parameters = new URLSearchParams(query)
  return ok({
    servers: known,
    master: sentinel === undefined ? undefined : parts[2],
    tls: secure !== '',
    caFile: parameters.get('ca_file') ?? undefined,
    username: username === '' ? undefined : username,
    password: password === '' ? undefined : password,
    sentinelPassword: parameters.get('sentinel_password') ?? undefined,
    database: Number(database),
    shown: `redis${secure}${sentinel ?? ''}://${hosts}${path === '' ? '' : `/${path}`}`,
  })
}

function decoded(parts: readonly (string | undefined)[]): readonly (string | undefined)[] | undefined {
  try {
    return parts.map((part) => (part === undefined ? undefined : decodeURIComponent(part)))
  } catch {
    return undefined
  }
}

function parseHost(text: string, defaultPort: number): HostPort | undefined {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  const number = port === undefined ? defaultPort : Number(port)
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number }
}
