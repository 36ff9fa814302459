import type { ContentFault } from './decode-payload.ts'

/** Stands for a message of which no frame can be made. */
export interface Unreadable {
  readonly fault: ContentFault
}
