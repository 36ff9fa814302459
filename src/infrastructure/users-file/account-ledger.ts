import type { Pause } from '../../application/ports/system/pause.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import type { OpenForAppend } from '../system/file-system.ts'
import type { AccountFile } from './account-file.ts'
import type { AccountsInUse } from './accounts-in-use.ts'
import { compact } from './compaction.ts'
import type { SharedFile } from './edited/shared-file.ts'
import { isSameAccount } from './edited/same-account.ts'
import { RewritePace } from './rewrite-pace.ts'
import { formatAccountLine } from './table/account-line.ts'
import type { AccountTable } from './table/account-table.ts'
import { Turns } from './turns.ts'

interface LedgerParts {
  readonly shared: SharedFile
  readonly file: AccountFile
  readonly open: OpenForAppend
  readonly pause: Pause
  readonly log: Log
}

/** What is to be done to the accounts, as they are at that moment; it decides without waiting, and perhaps twice. */
type Decide<T, E> = () => Result<T, E>

/** The account is to be this one, or with `undefined` is to go. */
interface Rewrite {
  readonly account: Account
  readonly next: Account | undefined
}

interface Batch {
  readonly entries: Entry[]
  /** Whether all is durable that was to be written. */
  readonly written: Promise<boolean>
}

/** Changes that go into one new file. */
interface Rewriting {
  /** Each gives undefined where nothing is to be changed. */
  readonly entries: (() => Rewrite | undefined)[]
  /** Whether all is durable that was to be changed. */
  readonly written: Promise<boolean>
}

interface Entry {
  /** Undefined where nothing is to be written. */
  readonly decide: () => Account | undefined
  account?: Account | undefined
}

/** Below this a rewrite saves nothing that anybody would notice. */
const SUPERSEDED_WORTH_A_REWRITE = 1_000

/** So many times a write is tried that an editor keeps falling into. */
const MAX_TRIES = 5

/** The accounts and the file behind them, changed together by one writer at a time. */
export class AccountLedger {
  readonly #parts: LedgerParts
  readonly #writer = new Turns()
  readonly #pace: RewritePace
  /** The records that go out together at the writer's next turn. */
  #batch: Batch | undefined
  /** The same of what needs a new file. */
  #rewriting: Rewriting | undefined
  #closed = false

  constructor(parts: LedgerParts) {
    this.#parts = parts
    this.#pace = new RewritePace(parts.pause)
  }

  /** As they are now: another one after the file was edited. */
  get table(): AccountTable {
    return this.#parts.shared.accounts.table
  }

  /**
   * Appends the account and then shows it in the table. Durable after `ok`; after an error it is not and will not be.
   * Whatever comes while the disk is busy shares the next write and fsync.
   */
  async commit<E>(decide: Decide<Account, E>): Promise<Result<Account, E | 'storage_unavailable'>> {
    if (this.#closed) return err('storage_unavailable')
    // Who cannot be served need not wait for the disk.
    let decided = decide()
    if (!decided.ok) return decided
    formatAccountLine(decided.value)
    this.#batch ??= this.#beginBatch()
    this.#batch.entries.push({
      decide: () => {
        decided = decide()
        return decided.ok ? decided.value : undefined
      },
    })
    const written = await this.#batch.written
    return written ? decided : err('storage_unavailable')
  }

  /**
   * Writes the file anew and then changes the table. Durable after `ok`; after an error it is not and will not be, unless
   * only the sync of the directory failed. Whatever comes while the disk is busy shares the next new file, so that many who
   * delete their accounts hold up others once.
   */
  async rewrite<E>(decide: Decide<Rewrite, E>): Promise<Result<Account, E | 'storage_unavailable'>> {
    if (this.#closed) return err('storage_unavailable')
    let decided = decide()
    if (!decided.ok) return decided
    this.#rewriting ??= this.#beginRewriting()
    this.#rewriting.entries.push(() => {
      decided = decide()
      return decided.ok ? decided.value : undefined
    })
    const written = await this.#rewriting.written
    return written ? outcomeOf(decided) : err('storage_unavailable')
  }

  /** Rewrites the file without its superseded lines once they outnumber the others. A failure changes nothing. */
  async compactIfWorthwhile(): Promise<void> {
    if (!this.#closed) await this.#inTurn(() => this.#compactIfWorthwhile())
  }

  /** Takes over what somebody else has made of the file. Gives the faults that stand in the way. */
  async takeOver(): Promise<readonly string[]> {
    return this.#closed ? [] : this.#inTurn(() => this.#parts.shared.takeOver())
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#pace.end()
    await this.#rewriting?.written
    const { file, shared, log } = this.#parts
    await this.#inTurn(async () => {
      // The copy that was edited last may lack what was saved since.
      await shared.takeOver()
      await file.close()
    }).catch((error: unknown) => {
      log.error({ err: error, path: file.path }, 'the account file was not closed well')
    })
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#writer.take('file', task)
  }

  #beginBatch(): Batch {
    const entries: Entry[] = []
    const written = this.#inTurn(() => {
      this.#batch = undefined
      return this.#write(entries)
    })
    return { entries, written }
  }

  #beginRewriting(): Rewriting {
    const entries: Rewriting['entries'] = []
    const write = () => {
      this.#rewriting = undefined
      return this.#pace.timed(() => this.#rewrite(entries))
    }
    const written = this.#pace.rest().then(() => this.#inTurn(write))
    return { entries, written }
  }

  /** Does the work on the file as it is, again if somebody edits it meanwhile; `unusable` where that cannot be. */
  async #onFile<T>(work: () => Promise<T | 'edited'>): Promise<T | 'unusable'> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if ((await this.#parts.shared.takeOver()).length > 0) return 'unusable'
      const done = await work()
      if (done !== 'edited') return done
    }
    return 'unusable'
  }

  async #write(entries: Entry[]): Promise<boolean> {
    const { file, shared, log } = this.#parts
    try {
      const written = await this.#onFile(async () => {
        const accounts = entries.flatMap((entry) => this.#decide(entry) ?? [])
        if (accounts.length === 0) return 'done'
        const appended = await file.append(Buffer.from(accounts.map(formatAccountLine).join('')))
        if (appended === 'done') for (const account of accounts) shared.accounts.put(account)
        return appended
      })
      return written === 'done'
    } catch (error) {
      log.error(
        { err: error, path: file.path, accounts: entries.length },
        'the account file could not be written: what was to be saved is refused',
      )
      return false
    }
  }

  /** The account that the file lacks. If the file was edited while a line was written, that may be in it or not. */
  #decide(entry: Entry): Account | undefined {
    const { account } = entry
    if (account !== undefined && isSameAccount(this.table.byId(account.id), account)) return undefined
    entry.account = entry.decide()
    return entry.account
  }

  async #rewrite(entries: Rewriting['entries']): Promise<boolean> {
    const { file, shared, open, log } = this.#parts
    try {
      const outcome = await this.#onFile(async () => {
        const changes = entries.flatMap((decide) => decide() ?? [])
        if (changes.length === 0) return 'done'
        const { comments, table } = shared.accounts
        const accounts = withChanges(table.all(), changes)
        const written = await compact(file, open, { comments, accounts })
        if (written === 'edited') return written
        shared.accounts.superseded = 0
        for (const { account, next } of changes) shared.accounts.rewrite(account, next)
        await file.settle()
        return written
      })
      return outcome === 'done'
    } catch (error) {
      log.error(
        { err: error, path: file.path, accounts: entries.length },
        'the account file could not be rewritten: what was to be changed is refused',
      )
      return false
    }
  }

  async #compactIfWorthwhile(): Promise<void> {
    const { file, shared, open, log } = this.#parts
    if (!isWorthARewrite(shared.accounts)) return
    try {
      await this.#onFile(async () => {
        const { accounts } = shared
        const { comments, table, superseded: lines } = accounts
        if (!isWorthARewrite(accounts)) return 'done'
        const written = await compact(file, open, { comments, accounts: table.all() })
        if (written === 'edited') return written
        accounts.superseded = 0
        log.info({ path: file.path, lines }, 'the account file was rewritten without its superseded lines')
        return written
      })
    } catch (error) {
      log.error(
        { err: error, path: file.path },
        'the account file could not be rewritten: the old one stays in use',
      )
    }
  }
}

/** The account as it is now, or was last. */
function outcomeOf<E>(decided: Result<Rewrite, E>): Result<Account, E> {
  return decided.ok ? ok(decided.value.next ?? decided.value.account) : decided
}

function isWorthARewrite({ superseded, table }: AccountsInUse): boolean {
  return superseded > SUPERSEDED_WORTH_A_REWRITE && superseded > table.size
}

function* withChanges(accounts: Iterable<Account>, changes: readonly Rewrite[]): Iterable<Account> {
  const byId = new Map(changes.map((change) => [change.account.id, change]))
  for (const account of accounts) {
    const change = byId.get(account.id)
    if (change === undefined) yield account
    else if (change.next !== undefined) yield change.next
  }
}
