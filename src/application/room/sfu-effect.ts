import type { Seat, SfuLayers, SfuSignal } from '../ports/sfu.ts'

/** What a member wants of the SFU of its room. Nobody is told of it but the SFU, by the node where the member is. */
export type SfuEffect =
  | { readonly kind: 'sfu-signal'; readonly seat: Seat; readonly signal: SfuSignal }
  /** Another subscribing connection in the place of one that has failed. */
  | { readonly kind: 'sfu-renew'; readonly seat: Seat }
  | { readonly kind: 'sfu-layers'; readonly seat: Seat; readonly layers: SfuLayers }
