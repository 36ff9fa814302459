import type { Asked } from '../../server.ts'

/** How files are had by HTTP. */
export interface Access {
  readonly server: URL
  readonly token: () => string
  /** With the token that there is; where that is over, once more with a new one. */
  readonly withToken: <Value>(ask: (token: string) => Promise<Asked<Value>>) => Promise<Asked<Value>>
  readonly remove: (fileId: string) => Promise<void>
}

/** `renew`: a new token; undefined where none is to be had. */
export function createAccess(
  server: URL,
  token: () => string,
  renew: () => Promise<string | undefined>,
): Access {
  return {
    server,
    token,

    async withToken(ask) {
      const asked = await ask(token())
      if (asked.ok || !['expired_token', 'invalid_token'].includes(asked.refusal.reason)) return asked
      const fresh = await renew()
      return fresh === undefined ? asked : ask(fresh)
    },

    async remove(fileId) {
      await fetch(new URL(`api/uploads/${encodeURIComponent(fileId)}`, server), {
        method: 'DELETE',
        headers: { Authorization: `Bearer ${token()}` },
        credentials: 'omit',
      }).catch(() => undefined)
    },
  }
}
