import type { LiveCall } from '../../domain/call.ts'
import type { SessionId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'

/** A message with the code of its type and its payload. */
interface SavedMessage {
  readonly code: number
  readonly text: string
}

/** A session on its way through a restart. */
export interface SavedSession {
  readonly id: SessionId
  readonly user: User
  /** Unix milliseconds. */
  readonly detachedSince: number
  readonly capabilities: readonly string[]
  /** Hashes; `previous` is still good because the client may not know the current one. */
  readonly tokens: { readonly current: string; readonly previous?: string | undefined }
  /** How many messages of calls were taken from the client. */
  readonly received: number
  /** What the client has not acknowledged, as the text of payloads; the first of it bears `firstSeq`. */
  readonly outbox: { readonly firstSeq: number; readonly messages: readonly SavedMessage[] }
}

export interface Snapshot {
  readonly sessions: readonly SavedSession[]
  /** Their instants in Unix milliseconds. */
  readonly calls: readonly LiveCall[]
}

/** Keeps sessions while the daemon is not there. */
export interface SessionArchive {
  /** Durable when answered. */
  save(snapshot: Snapshot): Promise<void>
  /** What was saved last, once: afterwards it is gone. Undefined where there is nothing that can be used. */
  take(): Promise<Snapshot | undefined>
}
