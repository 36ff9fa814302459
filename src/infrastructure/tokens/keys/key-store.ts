import type { StoredKeys } from './stored-keys.ts'

/** Where the keys are kept. */
export interface KeyStore {
  /** As they were when it was opened. */
  readonly keys: StoredKeys
  /** In the place of `replaced`; what somebody else has kept there meanwhile is given instead. Throws where they cannot be kept. */
  save(keys: StoredKeys, replaced: StoredKeys): Promise<'kept' | StoredKeys>
  /** Undefined where nobody else changes them. */
  readonly others: OtherKeepers | undefined
}

/** Other processes that have the same keys. */
interface OtherKeepers {
  /** Reads them again; whoever follows has heard of them then. Never rejects. */
  look(): Promise<void>
  /** `heard` is told of the keys that there are whenever they may be others, a moment later. */
  follow(heard: (keys: StoredKeys) => void): void
}

/** Of a process that has them alone. */
export function ownKeys(keys: StoredKeys, write: (keys: StoredKeys) => Promise<void>): KeyStore {
  return {
    keys,
    async save(made) {
      await write(made)
      return 'kept'
    },
    others: undefined,
  }
}
