/** As much of a WebSocket as is used here: that of browsers, of Node from 22 on, and of the package `ws`. */
export interface WebSocketLike {
  binaryType: string
  /** Handlers, whose types differ from one to the other. */
  onopen: unknown
  onmessage: unknown
  onclose: unknown
  onerror: unknown
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  /** Of the package `ws`. */
  terminate?(): void
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike
