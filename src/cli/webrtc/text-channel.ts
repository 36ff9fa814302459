/** As much of an RTCDataChannel as is used here. */
export interface TextChannel {
  readonly readyState: string
  onmessage: ((event: { readonly data: unknown }) => void) | null
  send(data: unknown): void
}

export function isChannel(value: unknown): value is TextChannel {
  return typeof value === 'object' && value !== null && 'send' in value && 'readyState' in value
}
