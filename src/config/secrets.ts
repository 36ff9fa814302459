import { isObject, update } from './objects.ts'

/**
 * Lays the secrets of the environment over a document before it is checked: ROOMRTC_PKCS12_PASSWORD overrides
 * `server.pkcs12_password`, ROOMRTC_POSTGRES_URL `persistence.postgres_url`, ROOMRTC_REDIS_URL `cluster.redis_url`,
 * ROOMRTC_UPLOADS_SECRET `uploads.url_secret`, ROOMRTC_SFU_SECRET `sfu.secret`, ROOMRTC_S3_ACCESS_KEY_ID and ROOMRTC_S3_SECRET_ACCESS_KEY the key in `uploads.s3`,
 * ROOMRTC_TURN_CREDENTIAL fills in where a TURN server has a username only, ROOMRTC_TURN_SECRET
 * where it has no access at all, ROOMRTC_TOKEN_SECRET where an issuer of tokens has no key at all, ROOMRTC_WEBHOOK_SECRET where a
 * webhook has none. An empty variable counts as unset, and so does an empty key that a variable fills.
 * Whatever has the wrong shape is left for the schema to refuse.
 */
export function withSecrets(document: unknown, env: NodeJS.ProcessEnv): unknown {
  if (!isObject(document)) return document
  const password = env.ROOMRTC_PKCS12_PASSWORD ?? ''
  const access = {
    credential: env.ROOMRTC_TURN_CREDENTIAL ?? '',
    secret: env.ROOMRTC_TURN_SECRET ?? '',
  }
  const filled = { ...document }
  if (password !== '') {
    filled.server = update(document.server === undefined ? {} : document.server, (server) => ({
      ...server,
      pkcs12_password: password,
    }))
  }
  if (access.credential !== '' || access.secret !== '') {
    filled.webrtc = update(document.webrtc, (webrtc) => {
      const { turn_servers: entries } = webrtc
      if (!Array.isArray(entries)) return webrtc
      const fill = (entry: unknown) => update(entry, (turn) => withAccess(turn, access))
      return { ...webrtc, turn_servers: entries.map(fill) }
    })
  }
  for (const [section, key, value] of [
    ['persistence', 'postgres_url', env.ROOMRTC_POSTGRES_URL],
    ['cluster', 'redis_url', env.ROOMRTC_REDIS_URL],
    ['uploads', 'url_secret', env.ROOMRTC_UPLOADS_SECRET],
    ['sfu', 'secret', env.ROOMRTC_SFU_SECRET],
  ] as const)
    if (value !== undefined && value !== '')
      filled[section] = update(document[section] === undefined ? {} : document[section], (whole) => ({
        ...whole,
        [key]: value,
      }))
  const s3Key = {
    ...given('access_key_id', env.ROOMRTC_S3_ACCESS_KEY_ID),
    ...given('secret_access_key', env.ROOMRTC_S3_SECRET_ACCESS_KEY),
  }
  if (Object.keys(s3Key).length > 0)
    filled.uploads = update(filled.uploads === undefined ? {} : filled.uploads, (uploads) => ({
      ...uploads,
      s3: update(uploads.s3 === undefined ? {} : uploads.s3, (s3) => ({ ...s3, ...s3Key })),
    }))
  const tokenSecret = env.ROOMRTC_TOKEN_SECRET ?? ''
  if (tokenSecret !== '') {
    filled.tokens = update(document.tokens, (tokens) => {
      const { issuers: entries } = tokens
      if (!Array.isArray(entries)) return tokens
      const fill = (entry: unknown) => update(entry, (issuer) => withKey(issuer, tokenSecret))
      return { ...tokens, issuers: entries.map(fill) }
    })
  }
  const hookSecret = env.ROOMRTC_WEBHOOK_SECRET ?? ''
  if (hookSecret !== '') {
    filled.webhooks = update(document.webhooks, (webhooks) => {
      const { endpoints: entries } = webhooks
      if (!Array.isArray(entries)) return webhooks
      const fill = (entry: unknown) =>
        update(entry, (hook) => (isAbsent(hook.secret) ? { ...hook, secret: hookSecret } : hook))
      return { ...webhooks, endpoints: entries.map(fill) }
    })
  }
  return filled
}

function given(key: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [key]: value }
}

function withKey(issuer: Record<string, unknown>, secret: string): Record<string, unknown> {
  const hasKey = !['jwks_url', 'public_key_path', 'secret'].every((name) => isAbsent(issuer[name]))
  return hasKey ? issuer : { ...issuer, secret }
}

function withAccess(
  turn: Record<string, unknown>,
  { credential, secret }: { readonly credential: string; readonly secret: string },
): Record<string, unknown> {
  if (!isAbsent(turn.credential) || !isAbsent(turn.secret)) return turn
  if (isAbsent(turn.username)) return secret === '' ? turn : { ...turn, secret }
  return credential === '' ? turn : { ...turn, credential }
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === ''
}
