import type { UserId } from '../../domain/ids.ts'

/** Who is there and does not want to be rung. It is of the account, and outlives sessions and the process. */
export interface DoNotDisturb {
  isOn(user: UserId): boolean
  /** Holds once it is durable. False where it could not be saved: then it is as it was. */
  set(user: UserId, on: boolean): Promise<boolean>
  close(): Promise<void>
}
