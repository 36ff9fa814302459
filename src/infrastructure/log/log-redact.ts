// Belt and braces: nobody is to log these in the first place.
const SECRETS = [
  ...['password_hash', 'new_password_hash', 'password', 'sdp', 'candidate', 'credential', 'secret'],
  ...['session_token', 'token'],
]

const names: ReadonlySet<string> = new Set(SECRETS)
// A quote within a string is escaped in JSON, so this finds names and next to nothing else.
const SOME_NAME = new RegExp(`"(?:${SECRETS.join('|')})":`, 'u')

/** Blots out the fields that are named like secrets, at any depth (LOG-7). `line` is a JSON text and its newline. */
export function redactJsonLine(line: string): string {
  if (!SOME_NAME.test(line)) return line
  const redacted: unknown = JSON.parse(line, (name, value: unknown) =>
    names.has(name) ? '[redacted]' : value,
  )
  return `${JSON.stringify(redacted)}\n`
}
