/** What stands in a message where its number goes, and nowhere else in it. */
export const NUMBER = '70000000'

const NINE = 0x39
const ZERO = 0x30

/** A message that is numbered anew each time that it is asked for, in place: making it costs next to nothing. */
export interface Counted {
  readonly length: number
  /** The same bytes each time, with the next number in them. */
  next(): Buffer
}

export function counted(message: Buffer): Counted {
  const lastDigit = message.indexOf(NUMBER) + NUMBER.length - 1
  if (lastDigit < NUMBER.length - 1) throw new Error('a message without a place for its number')
  return {
    length: message.length,
    next() {
      let at = lastDigit
      while (message[at] === NINE) message[at--] = ZERO
      message[at] = (message[at] ?? ZERO) + 1
      return message
    },
  }
}
