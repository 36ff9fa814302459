import { createHmac } from 'node:crypto'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { IceServer, IceServers } from '../../application/ports/ice-servers.ts'
import type { UserId } from '../../domain/ids.ts'

/** A TURN server with one account for everybody, or one that shares a secret with the daemon. */
type TurnServer =
  | { readonly url: string; readonly username: string; readonly credential: string }
  | { readonly url: string; readonly secret: string }

interface IceServersOptions {
  readonly stunUrls: readonly string[]
  readonly turnServers: readonly TurnServer[]
  /** How long credentials made from a secret are good. */
  readonly ttlSecs: number
  readonly clock: Clock
}

/** Issues what the configuration names; where it has a secret, with credentials that expire. */
export function createIceServers({ stunUrls, turnServers, ttlSecs, clock }: IceServersOptions): IceServers {
  const stun: readonly IceServer[] = stunUrls.length === 0 ? [] : [{ urls: stunUrls }]
  const expires = turnServers.some((server) => 'secret' in server)
  return {
    issue: (user) => {
      // The wall clock: the TURN server compares with its own.
      const expiry = Math.floor(clock.wallMs() / 1000) + ttlSecs
      const turn = turnServers.map((server) => accessTo(server, expiry, user))
      return { servers: [...stun, ...turn], ...(expires ? { ttlSecs } : {}) }
    },
  }
}

/**
 * With a secret by draft-uberti-behave-turn-rest-00, as coturn's `use-auth-secret` checks it: the user name is
 * `<expiry in Unix seconds>:<user id>`, the credential base64(HMAC-SHA1(secret, user name)).
 */
function accessTo(server: TurnServer, expiry: number, user: UserId): IceServer {
  const urls = [server.url]
  if (!('secret' in server)) return { urls, username: server.username, credential: server.credential }
  const username = `${expiry}:${user}`
  return { urls, username, credential: createHmac('sha1', server.secret).update(username).digest('base64') }
}
