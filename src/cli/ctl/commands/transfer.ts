import { open, readFile } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'
import type { Command } from 'commander'
import { exportAnswer, importAnswer } from '../../../transport/control/answers.ts'
import { MAX_IMPORTED_LINES } from '../../../transport/control/routes/user-routes.ts'
import type { Ask } from '../ask.ts'
import { withAccounts } from '../ask-accounts.ts'
import { writeOut } from '../../out.ts'
import { refused } from '../command-failure.ts'
import type { Globals } from '../context.ts'
import { print, progress } from '../output.ts'

const BATCH = MAX_IMPORTED_LINES

interface Summary {
  added: number
  present: number
  refused: number
}

/** Accounts as lines of `users.txt`, password hashes and all. */
export function addTransferCommands(users: Command): void {
  users
    .command('export [file]')
    .description('write all accounts, by name, to a new file or to standard output; with password hashes')
    .action(async (file: string | undefined, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      await withAccounts(globals, false, async (ask) => {
        if (file === undefined) {
          await exportAll(ask, globals, writeOut)
          return
        }
        const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
          throw refused('file_unavailable', `${file} cannot be made: ${messageOf(error)}`)
        })
        try {
          const exported = await exportAll(ask, globals, (text) => handle.writeFile(text))
          await handle.sync()
          print(globals, { exported, file }, () => `exported ${exported} accounts to ${file}`)
        } finally {
          await handle.close()
        }
      })
    })

  users
    .command('import [file]')
    .description('add the accounts of a file, or of standard input, that are not there; changes none that is')
    .action(async (file: string | undefined, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const reading = file === undefined ? textOf(process.stdin) : readFile(file, 'utf8')
      const text = await reading.catch((error: unknown) => {
        throw refused('file_unavailable', `${file ?? 'standard input'} cannot be read: ${messageOf(error)}`)
      })
      await withAccounts(globals, true, async (ask) => {
        const summary = await importAll(ask, globals, text.split('\n'))
        print(globals, summary, () => {
          return `added ${summary.added}, there already ${summary.present}, refused ${summary.refused}`
        })
        if (summary.refused > 0)
          throw refused('lines_refused', `${summary.refused} lines were refused; the others are in`)
      })
    })
}

async function exportAll(
  ask: Ask,
  globals: Globals,
  write: (text: string) => Promise<void>,
): Promise<number> {
  const shown = progress(globals)
  let exported = 0
  let after: string | undefined
  do {
    const page = await ask('GET', '/v1/users/export', { after }, exportAnswer)
    if (page.lines.length > 0) await write(`${page.lines.join('\n')}\n`)
    exported += page.lines.length
    shown.say(`exported ${exported}`)
    after = page.next ?? undefined
  } while (after !== undefined)
  shown.end()
  return exported
}

async function importAll(ask: Ask, globals: Globals, lines: readonly string[]): Promise<Summary> {
  const shown = progress(globals)
  const summary: Summary = { added: 0, present: 0, refused: 0 }
  for (let from = 0; from < lines.length; from += BATCH) {
    const batch = lines.slice(from, from + BATCH)
    const { lines: done } = await ask('POST', '/v1/users/import', { lines: batch }, importAnswer)
    for (const [index, { outcome, username, cause }] of done.entries()) {
      if (outcome !== 'nothing') summary[outcome] += 1
      if (outcome !== 'refused') continue
      shown.end()
      const who = username === undefined ? '' : ` (${username})`
      process.stderr.write(`line ${from + index + 1}${who} is refused: ${cause ?? ''}\n`)
    }
    shown.say(`imported ${Math.min(from + BATCH, lines.length)} of ${lines.length} lines`)
  }
  shown.end()
  return summary
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
