/** Answers whoever asked by which key push services know the server, or said where a device can be woken. */
export interface PushEffect {
  readonly kind: 'answer-push'
  readonly told: { readonly publicKey: string } | { readonly subscriptions: number }
}
