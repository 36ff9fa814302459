import { httpErrors } from '../../src/transport/http/http-errors.ts'

/** The reasons that only HTTP has, as a table. */
export function httpErrorTable(): string {
  const rows = Object.entries(httpErrors).map(
    ([reason, { code, message }]) => `| ${code} | \`${reason}\` | ${message} |`,
  )
  return ['| code | `error` | `message` |', '|---|---|---|', ...rows].join('\n')
}
