/** As RTCPeerConnection has it. */
export type SignalingState =
  | 'stable'
  | 'have-local-offer'
  | 'have-remote-offer'
  | 'have-local-pranswer'
  | 'have-remote-pranswer'
  | 'closed'

export type OfferPlan = 'take' | 'take-back-own' | 'ignore'

/**
 * What to do with the peer's offer. Where both have offered at once, the polite one (the callee) takes its own back, and the
 * other goes on as if the peer's had not come: it is answered later, when the polite one offers again.
 */
export function planOffer(state: SignalingState, polite: boolean): OfferPlan {
  switch (state) {
    case 'stable':
    // The answer to the one before could not be made.
    case 'have-remote-offer':
    case 'have-local-pranswer':
      return 'take'
    case 'have-local-offer':
    case 'have-remote-pranswer':
      return polite ? 'take-back-own' : 'ignore'
    case 'closed':
      return 'ignore'
    default:
      return state satisfies never
  }
}
