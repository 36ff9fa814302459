import type { Backoff } from '../link/backoff.ts'
import type { Log } from '../world/log-entry.ts'
import type { Surroundings } from '../world/surroundings.ts'
import type { Capability } from '../wire/capabilities.ts'

export interface ConnectOptions {
  /** Ends the connecting, not the client afterwards. */
  readonly signal?: AbortSignal
  /** The longest wait for a connection or an answer: 10 000. */
  readonly timeoutMs?: number
  /** What the client calls itself; the server writes it into its log. */
  readonly name?: string
  /** What to agree on with the server: everything that there is. */
  readonly capabilities?: readonly Capability[]
  /** Of a WebSocket: `roomrtc.json`. */
  readonly subprotocol?: 'roomrtc.json' | 'roomrtc.binary'
  /** Of `tls://` in Node: certificates in PEM that are trusted in place of the usual ones. */
  readonly tls?: { readonly ca?: string }
  /** `false`: the client is closed when its connection is lost. */
  readonly reconnect?: Partial<Backoff> | false
  readonly log?: Log
  readonly surroundings?: Partial<Surroundings>
}
