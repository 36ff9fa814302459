import type { EndReason } from '../../../domain/call-table.ts'

/** How a transfer stands: somebody is rung for it, or is not any more and the call goes on. */
export type TransferState =
  | { readonly state: 'ringing'; readonly expiresInMs: number }
  | { readonly state: 'failed'; readonly reason: EndReason }
