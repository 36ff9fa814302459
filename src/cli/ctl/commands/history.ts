import type { Command } from 'commander'
import { type HistoryAnswer, historyAnswer } from '../../../transport/control/answers.ts'
import { askDaemon, type Globals } from '../context.ts'
import { limitOption } from '../limit-option.ts'
import { print, table } from '../output.ts'

interface Options extends Globals {
  readonly missed?: boolean
  readonly limit: number
}

export function addHistoryCommand(ctl: Command): void {
  ctl
    .command('history <user>')
    .description('calls of the past of an account, the newest first')
    .option('--missed', 'only those that it has missed')
    .addOption(limitOption())
    .action(async (username: string, _: object, command: Command) => {
      const options: Options = command.optsWithGlobals()
      const { missed, limit } = options
      const wanted = { username, missed: missed === true ? 'true' : undefined, limit }
      print(options, await askDaemon(options)('GET', '/v1/history', wanted, historyAnswer), describe)
    })
}

/** Of the account's own side, then of the other. */
function score({ own, peer }: HistoryAnswer['calls'][number]['quality']): string | null {
  if (own?.score === undefined && peer?.score === undefined) return null
  return `${own?.score ?? '-'}/${peer?.score ?? '-'}`
}

function describe({ calls, unseen }: HistoryAnswer): string {
  const rows = calls.map(({ started_at, direction, peer, outcome, reason, seconds, seen, quality }) => {
    return [started_at, direction, peer, seen ? outcome : `${outcome} *`, reason, seconds, score(quality)]
  })
  const missed = unseen === 0 ? '' : `\n* not seen: ${unseen}`
  return table(['STARTED', 'DIRECTION', 'PEER', 'OUTCOME', 'REASON', 'SECONDS', 'SCORE'], rows) + missed
}
