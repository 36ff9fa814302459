/**
 * A node as a process of its own, which can be stopped: its options as JSON in the first argument. Commits what it is given
 * on its input, a line each, as news, and says what it hears and what comes of it, a line of JSON each.
 */
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { commitOf, joinNode } from './nodes.ts'

const options = z.looseObject({ url: z.string() }).parse(JSON.parse(process.argv[2] ?? ''))
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
const ends: (() => unknown)[] = []
const node = await joinNode(ends, options, say)
createInterface({ input: process.stdin })
  .on('line', (news) => {
    node.state.commit(commitOf({ news, touches: [news] })).then(
      (how) => {
        say({ what: how, news })
      },
      (error: unknown) => {
        say({ what: 'refused', news, why: error instanceof Error ? error.name : '' })
      },
    )
  })
  .on('close', () => {
    for (const end of ends) end()
  })
