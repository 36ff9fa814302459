/**
 * Lays the secrets of the environment over a document before it is checked: ROOMRTC_PKCS12_PASSWORD overrides
 * `server.pkcs12_password`, ROOMRTC_TURN_CREDENTIAL fills in where a TURN server has no credential. An empty
 * variable counts as unset. Whatever has the wrong shape is left for the schema to refuse.
 */
export function withSecrets(document: unknown, env: NodeJS.ProcessEnv): unknown {
  if (!isObject(document)) return document
  const password = env.ROOMRTC_PKCS12_PASSWORD ?? ''
  const credential = env.ROOMRTC_TURN_CREDENTIAL ?? ''
  const filled = { ...document }
  if (password !== '') {
    filled.server = update(document.server === undefined ? {} : document.server, (server) => ({
      ...server,
      pkcs12_password: password,
    }))
  }
  if (credential !== '') {
    filled.webrtc = update(document.webrtc, (webrtc) => {
      const { turn_servers: entries } = webrtc
      if (!Array.isArray(entries)) return webrtc
      const fill = (entry: unknown) => update(entry, (turn) => withCredential(turn, credential))
      return { ...webrtc, turn_servers: entries.map(fill) }
    })
  }
  return filled
}

function withCredential(turn: Record<string, unknown>, credential: string): Record<string, unknown> {
  return turn.credential === undefined || turn.credential === '' ? { ...turn, credential } : turn
}

function update(value: unknown, change: (object: Record<string, unknown>) => object): unknown {
  return isObject(value) ? change(value) : value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
