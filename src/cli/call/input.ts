import { err, ok, type Result } from '../../domain/result.ts'

/** What is typed, as it is meant. */
export type Input =
  | { readonly do: 'call' | 'find' | 'say'; readonly what: string }
  | { readonly do: Word }
  | { readonly do: 'nothing' }

type Word = (typeof WORDS)[number]

const WORDS = ['accept', 'decline', 'hangup', 'hold', 'mute', 'who', 'help', 'quit'] as const
const WITH_TEXT = ['call', 'find', 'say'] as const

export const HELP = [
  'call NAME     rings somebody            hold     holds the call, or goes on',
  'accept        takes the call            mute     says that the microphone is off, or on',
  'decline       does not take it          say TEXT sends a line to the other party',
  'hangup        ends the call             find N   whose names begin with N; who: everybody',
  'quit          logs out and ends',
]

/** A word may be shortened as long as one can tell which it is. */
export function readInput(line: string): Result<Input, string> {
  const [, first = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line) ?? []
  if (first === '') return ok({ do: 'nothing' })
  const meant = [...WORDS, ...WITH_TEXT].filter((word) => word.startsWith(first.toLowerCase()))
  const [word] = meant.length > 1 ? meant.filter((each) => each === first.toLowerCase()) : meant
  if (word === undefined) {
    return err(
      meant.length > 1
        ? `"${first}" may be ${meant.join(' or ')}`
        : `"${first}" is no command; help lists them`,
    )
  }
  if (word === 'call' || word === 'find' || word === 'say') {
    return rest === ''
      ? err(`${word} needs something after it; help shows what`)
      : ok({ do: word, what: rest })
  }
  return ok({ do: word })
}
