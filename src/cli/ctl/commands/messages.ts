import { type Command, InvalidArgumentError } from 'commander'
import { messagesAnswer, purgedAnswer } from '../../../transport/control/answers.ts'
import { askDaemon, type Globals } from '../context.ts'
import { print } from '../output.ts'

export function addMessageCommands(ctl: Command): void {
  const messages = ctl.command('messages').description('text messages that are kept')

  messages
    .command('export')
    .description('all of them, a line of JSON each, the earliest first')
    .action(async (_: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      for (let after: string | undefined; ;) {
        const answer = await askDaemon(globals)('GET', '/v1/messages', { after }, messagesAnswer)
        for (const message of answer.messages) process.stdout.write(`${JSON.stringify(message)}\n`)
        after = answer.messages.at(-1)?.message
        if (after === undefined) break
      }
    })

  messages
    .command('purge')
    .description('remove those that are older than so many days, for good')
    .requiredOption('--older-than <days>', 'days; 0 removes all', days)
    .action(async (_: object, command: Command) => {
      const options: Globals & { readonly olderThan: number } = command.optsWithGlobals()
      const input = { older_than_days: options.olderThan }
      const answer = await askDaemon(options)('POST', '/v1/messages/purge', input, purgedAnswer)
      print(options, answer, ({ purged }) => `removed ${purged} messages`)
    })
}

function days(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of days.')
  return Number(text)
}
