import { errorReasons } from '../../src/protocol/error-reasons.ts'

/** The table of reasons in PROTOCOL.md. */
export function errorTableMarkdown(): string {
  const rows = Object.entries(errorReasons).map(
    ([reason, { code, message, closes }]) =>
      `| \`${reason}\` | ${code} | ${message} | ${closes ? 'yes' : ''} |`,
  )
  return ['| reason | code | meaning | ends the connection |', '|---|---|---|---|', ...rows].join('\n')
}
