import { InvalidArgumentError, Option } from 'commander'

const MAX = 10_000

export function limitOption(): Option {
  return new Option('--limit <number>', 'how many to show at most').default(1000).argParser(parse)
}

function parse(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX) return limit
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MAX}.`)
}

/** A whole number from 1 on, for an option. */
export function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 1) return number
  throw new InvalidArgumentError('It is a whole number from 1 on.')
}
