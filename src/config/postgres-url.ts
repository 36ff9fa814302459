/** How the connection is secured, in the words of libpq. What may fall back to plain text, `allow` and `prefer`, is not here. */
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const
type SslMode = (typeof SSL_MODES)[number]

/** What a connection URL says. What is absent is taken from libpq's variables (PGHOST, PGUSER, …) and `~/.pgpass`. */
export interface PostgresUrl {
  /** A host name, an address without brackets, or the directory of a Unix socket. */
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly database?: string | undefined
  readonly sslMode: SslMode
  /** Paths of PEM files. */
  readonly rootCertPath?: string | undefined
  readonly certPath?: string | undefined
  readonly keyPath?: string | undefined
}

const PARAMETERS = ['host', 'port', 'user', 'password', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey']

/** Undefined where it can be used; else why it cannot, without a word of the URL itself, which has a password. */
export function postgresUrlFault(text: string): string | undefined {
  const read = readPostgresUrl(text)
  return typeof read === 'string' ? read : undefined
}

/** `postgres://user:password@host:port/database?sslmode=…`, or why it cannot be used. */
export function readPostgresUrl(text: string): PostgresUrl | string {
  if (!URL.canParse(text) || !/^postgres(?:ql)?:\/\//.test(text))
    return 'it is no URL such as postgres://user@host:5432/database; what is special in a password is written as %40 and the like'
  const { hostname, port, username, password, pathname, searchParams, hash } = new URL(text)
  const given = new Map(searchParams)
  const unknown = [...given.keys()].find((name) => !PARAMETERS.includes(name))
  if (unknown !== undefined) return `it has a parameter that is not known; known are ${PARAMETERS.join(', ')}`
  if (hash !== '') return 'it has a #: in a password that is written %23'
  try {
    return withParameters(
      {
        host: decodeURIComponent(hostname).replace(/^\[(.*)\]$/, '$1'),
        port,
        user: decodeURIComponent(username),
        password: decodeURIComponent(password),
        database: decodeURIComponent(pathname.slice(1)),
      },
      given,
    )
  } catch {
    return 'it has a % that is not followed by two hexadecimal digits'
  }
}

interface Parts {
  readonly host: string
  readonly port: string
  readonly user: string
  readonly password: string
  readonly database: string
}

function withParameters(parts: Parts, given: ReadonlyMap<string, string>): PostgresUrl | string {
  const sslMode = SSL_MODES.find((mode) => mode === (given.get('sslmode') ?? 'disable'))
  if (sslMode === undefined) return `its sslmode is not one of ${SSL_MODES.join(', ')}`
  const host = some(given.get('host')) ?? some(parts.host)
  if (host?.includes(',') === true) return 'it has several hosts; name one'
  const [certPath, keyPath] = [some(given.get('sslcert')), some(given.get('sslkey'))]
  if ((certPath === undefined) !== (keyPath === undefined))
    return 'sslcert and sslkey belong together: set both or neither'
  const port = some(given.get('port')) ?? some(parts.port)
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536))
    return 'its port is not a number from 1 to 65535'
  return {
    host,
    port: port === undefined ? undefined : Number(port),
    user: some(given.get('user')) ?? some(parts.user),
    password: some(given.get('password')) ?? some(parts.password),
    database: some(parts.database),
    sslMode,
    rootCertPath: some(given.get('sslrootcert')),
    certPath,
    keyPath,
  }
}

function some(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
