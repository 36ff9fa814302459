/** What two parties negotiate with. The server looks inside none of it. */
export type Signal =
  | { readonly kind: 'offer'; readonly sdp: string }
  | { readonly kind: 'answer'; readonly sdp: string }
  | {
      readonly kind: 'candidate'
      readonly candidate: string
      readonly sdpMid: string
      readonly sdpMlineIndex: number
    }
