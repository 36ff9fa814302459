import type { Capability } from '../../protocol/capabilities.ts'
import type { WireLimits } from '../../protocol/messages/negotiation.ts'

/** What the server tells a client about itself, in the words of the wire. */
export interface PublicSettings {
  /** Name and version. */
  readonly server: string
  /** Capabilities that there are not here. */
  readonly withheld: readonly Capability[]
  /** Whose server it is, and who may register; absent where it has no name and anybody may. */
  readonly info?: {
    readonly name: string
    readonly icon_url: string
    readonly registration: 'open' | 'invite' | 'closed'
  }
  readonly limits: WireLimits
  /** Goes with the ICE servers. */
  readonly ice: {
    readonly gathering_timeout_ms: number
    readonly connection_timeout_ms: number
    readonly rtp_port_range: { readonly start: number; readonly end: number }
  }
}
