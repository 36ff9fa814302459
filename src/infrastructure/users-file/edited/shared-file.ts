import { realpath, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Log } from '../../../application/ports/system/log.ts'
import type { Pause } from '../../../application/ports/system/pause.ts'
import type { OpenForAppend } from '../../system/file-system.ts'
import type { AccountFile, Written } from '../account-file.ts'
import type { AccountsInUse } from '../accounts-in-use.ts'
import { compact, writeCopy } from '../compaction.ts'
import { formatAccountLine } from '../table/account-line.ts'
import type { Debt } from './keep-changes.ts'
import { isSameLook, lookAt, type Look } from './look.ts'
import { merge, type Merged } from './merge.ts'
import { readEdited } from './read-edited.ts'

interface Parts {
  readonly file: AccountFile
  readonly accounts: AccountsInUse
  /** The path by which administrators know the file; it may be a link to it. */
  readonly known: string
  /** Whether it must be known how all names read. */
  readonly compares: boolean
  readonly open: OpenForAppend
  readonly pause: Pause
  readonly log: Log
}

/** So many times in a row the file may be edited while something is written to it. */
const MAX_ROUNDS = 5

/** Where all accounts are while the file cannot be used. */
export const keptPath = (path: string): string => `${path}.kept`

/**
 * The account file as one that administrators edit while it is in use, and the accounts that are in it. Its callers take
 * turns with all else that writes to the file.
 */
export class SharedFile {
  readonly #parts: Parts
  #accounts: AccountsInUse
  #debt: Debt = { kind: 'none' }
  /** What was found at rest, and is not to be used. */
  #faulty: { readonly look: Look | undefined; readonly faults: readonly string[] } | undefined
  /** The faults that the log has. */
  #told = ''
  #whenEdited: () => void = () => undefined

  constructor(parts: Parts) {
    this.#parts = parts
    this.#accounts = parts.accounts
  }

  get accounts(): AccountsInUse {
    return this.#accounts
  }

  whenEdited(told: () => void): void {
    this.#whenEdited = told
  }

  /**
   * Sees to it that the accounts are those of the file, and that all that was answered is in it. Gives the faults for which
   * nothing may be written: then the accounts stay as they are.
   */
  async takeOver(): Promise<readonly string[]> {
    const { file } = this.#parts
    try {
      if (!(await this.#isKnown())) return this.#refuse([this.#astray()])
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const faults = (await file.isAsLeft()) ? [] : await this.#read()
        if (faults.length > 0) return this.#refuse(faults)
        if ((await this.#pay()) === 'edited') continue
        await this.#beUsable()
        return []
      }
      return this.#refuse([`${file.path} is edited again and again`])
    } catch (error) {
      return this.#refuse([`${file.path}: ${error instanceof Error ? error.message : String(error)}`])
    }
  }

  /** An editor may put a file in the place of a link. What is saved behind the link then is lost to the next start. */
  async #isKnown(): Promise<boolean> {
    const { file, known } = this.#parts
    if (resolve(known) === file.path) return true
    return (await realpath(known).catch(() => undefined)) === file.path
  }

  #astray(): string {
    const { file, known } = this.#parts
    return `${known} does not lead to ${file.path} any more: move it there and make the link again`
  }

  async #read(): Promise<readonly string[]> {
    const { file, open, pause, log, compares } = this.#parts
    if (this.#faulty !== undefined && isSameLook(await lookAt(file.path), this.#faulty.look))
      return this.#faulty.faults
    const present = this.#accounts.table.size
    const edited = await readEdited(file.path, { open, pause, log, present })
    if (edited.kind === 'busy') return [`${file.path} is still being written`]
    if (edited.kind === 'faulty') return this.#cannotUse(edited.look, edited.faults)

    const { accounts, extent, look } = edited
    const merged = await merge(this.#accounts, accounts, compares)
    if (!merged.ok) {
      await extent.handle.close()
      return this.#cannotUse(look, merged.error)
    }
    await file.takeOver(extent, look)
    this.#accounts = accounts
    this.#debt = merged.value.debt
    this.#tell(merged.value)
    this.#whenEdited()
    return []
  }

  /** Writes what the file lacks of what was kept. */
  async #pay(): Promise<Written> {
    const { file, open } = this.#parts
    const { comments, table } = this.#accounts
    const debt = this.#debt
    if (debt.kind === 'none') return 'done'
    const written =
      debt.kind === 'lines'
        ? await file.append(Buffer.from(debt.accounts.map(formatAccountLine).join('')))
        : await compact(file, open, { comments, accounts: table.all() })
    if (written === 'edited') return written
    if (debt.kind === 'rewrite') this.#accounts.superseded = 0
    this.#debt = { kind: 'none' }
    return written
  }

  /** Not even the end of the process may lose what was answered and is nowhere else by now. */
  async #cannotUse(look: Look | undefined, found: readonly string[]): Promise<readonly string[]> {
    const { file, open } = this.#parts
    const { comments, table } = this.#accounts
    const kept = keptPath(file.path)
    const cure = await writeCopy(kept, open, { comments, accounts: table.all() }).then(
      () => `mend it, or put ${kept} in its place, which has the accounts as they were`,
      (error: unknown) =>
        `mend it; the accounts as they were could not be written to ${kept}: ${String(error)}`,
    )
    const faults = [...found, cure]
    this.#faulty = { look, faults }
    return faults
  }

  #refuse(faults: readonly string[]): readonly string[] {
    const { file, log } = this.#parts
    const told = faults.join('\n')
    if (told !== this.#told) {
      log.error(
        { path: file.path, faults },
        'the account file was edited and cannot be used as it is: the accounts in memory stay in use, and nothing is saved',
      )
    }
    this.#told = told
    return faults
  }

  async #beUsable(): Promise<void> {
    const { file, log } = this.#parts
    if (this.#told !== '') log.info({ path: file.path }, 'the account file can be used again')
    this.#told = ''
    if (this.#faulty !== undefined) await rm(keptPath(file.path), { force: true })
    this.#faulty = undefined
  }

  #tell({ news }: Merged): void {
    const { file, log } = this.#parts
    const { added, changed, removed, kept } = news
    const told = { path: file.path, added, changed, removed, kept }
    const message = 'the account file was edited by another program: read again'
    if (removed.count + kept.count > 0) log.warn(told, message)
    else log.info(told, message)
  }
}
