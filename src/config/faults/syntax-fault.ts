import { printParseErrorCode, type ParseError } from 'jsonc-parser'

type Code = ReturnType<typeof printParseErrorCode>

const SENTENCES: Record<Code, string> = {
  InvalidSymbol: 'not JSON; text must stand in double quotes',
  InvalidNumberFormat: 'not a number as JSON has it',
  PropertyNameExpected: 'a key in double quotes is expected here',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'a colon is expected here',
  CommaExpected: 'a comma is missing before this',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  EndOfFileExpected: 'nothing may follow the closing }',
  InvalidCommentToken: 'comments start with // or stand between /* and */',
  UnexpectedEndOfComment: 'this comment is never closed with */',
  UnexpectedEndOfString: 'this text is never closed with a double quote',
  UnexpectedEndOfNumber: 'this number is not complete',
  InvalidUnicode: String.raw`\u takes four hexadecimal digits`,
  InvalidEscapeCharacter: String.raw`unknown escape; a backslash itself is written \\`,
  InvalidCharacter: 'control characters in text must be escaped',
  '<unknown ParseErrorCode>': 'not JSON',
}

// The parser knows for certain what was meant, so that keys and values are worth checking all the same.
const HARMLESS: ReadonlySet<Code> = new Set<Code>([
  'CommaExpected',
  'EndOfFileExpected',
  'InvalidUnicode',
  'InvalidEscapeCharacter',
  'InvalidCharacter',
])

// After a slip the parser often ends one object too early or too late.
const CONSEQUENCE: ReadonlySet<Code> = new Set<Code>([
  'CloseBraceExpected',
  'CloseBracketExpected',
  'EndOfFileExpected',
])

export function syntaxSentence(error: ParseError): string {
  return SENTENCES[printParseErrorCode(error.error)]
}

export function isConsequence(error: ParseError): boolean {
  return CONSEQUENCE.has(printParseErrorCode(error.error))
}

export function isHarmless(error: ParseError): boolean {
  return HARMLESS.has(printParseErrorCode(error.error))
}
