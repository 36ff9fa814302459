import type { Fault } from './fault.ts'
import type { Sender } from './read-frame.ts'

/** Who speaks to whom over which connection of a capture. */
interface Route {
  /** The number of the connection, from 1 on. */
  readonly connection: number
  /** Address and port. */
  readonly from: string
  readonly to: string
}

/** One thing that is printed: a message, or a fault outside all messages. */
export interface Item {
  readonly route?: Route | undefined
  /** Since 1970. */
  readonly timeMs?: number | undefined
  readonly sender?: Sender | undefined
  /** Of the first byte of the frame, in its direction of the connection or in the input. */
  readonly offset: number
  readonly message?:
    | {
        readonly code: number
        readonly name: string | undefined
        /** Of the whole frame. */
        readonly bytes: number
        readonly payload: object | undefined
        /** Where the payload is no JSON object. Secrets cannot be found in it, so it is shown with them only. */
        readonly text: string | undefined
      }
    | undefined
  readonly faults: readonly Fault[]
}
