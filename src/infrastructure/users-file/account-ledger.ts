import type { Log } from '../../application/ports/log.ts'
import type { Account } from '../../domain/user.ts'
import type { AccountFile } from './account-file.ts'
import { formatAccountLine } from './account-line.ts'
import type { AccountTable } from './account-table.ts'
import { compact } from './compaction.ts'
import type { OpenForAppend } from '../file-system.ts'
import { Turns } from './turns.ts'

interface LedgerParts {
  readonly table: AccountTable
  readonly file: AccountFile
  readonly comments: readonly string[]
  /** Lines of the file that later ones have replaced. */
  readonly superseded: number
  readonly open: OpenForAppend
  readonly log: Log
}

interface Batch {
  readonly entries: { readonly account: Account; readonly line: string }[]
  readonly written: Promise<boolean>
}

/** Below this a rewrite saves nothing that anybody would notice. */
const SUPERSEDED_WORTH_A_REWRITE = 1_000

/** The table of accounts and the file behind it, changed together by one writer at a time. */
export class AccountLedger {
  readonly #parts: LedgerParts
  readonly #writer = new Turns()
  #superseded: number
  /** The records that go out together at the writer's next turn. */
  #batch: Batch | undefined
  #closed = false

  constructor(parts: LedgerParts) {
    this.#parts = parts
    this.#superseded = parts.superseded
  }

  /**
   * Appends the account and then shows it in the table. True once it is durable; false if it is not and will not be.
   * Whatever comes while the disk is busy shares the next write and fsync.
   */
  async commit(account: Account): Promise<boolean> {
    if (this.#closed) return false
    const line = formatAccountLine(account)
    this.#batch ??= this.#beginBatch()
    this.#batch.entries.push({ account, line })
    return this.#batch.written
  }

  /** Rewrites the file without its superseded lines once they outnumber the others. A failure changes nothing. */
  async compactIfWorthwhile(): Promise<void> {
    if (!this.#closed) await this.#inTurn(() => this.#compactIfWorthwhile())
  }

  async close(): Promise<void> {
    this.#closed = true
    const { file, log } = this.#parts
    await this.#inTurn(() => file.close()).catch((error: unknown) => {
      log.error({ err: error, path: file.path }, 'the account file was not closed well')
    })
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#writer.take('file', task)
  }

  #beginBatch(): Batch {
    const entries: Batch['entries'] = []
    const written = this.#inTurn(() => {
      this.#batch = undefined
      return this.#write(entries)
    })
    return { entries, written }
  }

  async #write(entries: Batch['entries']): Promise<boolean> {
    const { file, table, log } = this.#parts
    try {
      await file.append(Buffer.from(entries.map(({ line }) => line).join('')))
    } catch (error) {
      log.error(
        { err: error, path: file.path, accounts: entries.length },
        'the account file could not be written: what was to be saved is refused',
      )
      return false
    }
    for (const { account } of entries) {
      if (table.put(account) === 'replaced') this.#superseded += 1
    }
    return true
  }

  async #compactIfWorthwhile(): Promise<void> {
    const { file, table, comments, open, log } = this.#parts
    const lines = this.#superseded
    if (lines <= SUPERSEDED_WORTH_A_REWRITE || lines <= table.size) return
    try {
      await compact(file, open, comments, table.all())
      this.#superseded = 0
      log.info({ path: file.path, lines }, 'the account file was rewritten without its superseded lines')
    } catch (error) {
      log.error(
        { err: error, path: file.path },
        'the account file could not be rewritten: the old one stays in use',
      )
    }
  }
}
