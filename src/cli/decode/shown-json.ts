/** Fields by which somebody could log in, resume or relay. */
const SECRETS: ReadonlySet<string> = new Set([
  'password_hash',
  'new_password_hash',
  'password',
  'token',
  'session_token',
  'credential',
])

/** What JSON leaves as it is and a terminal might obey: C1 and DEL, marks that turn the direction of writing. */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** As one line, its secrets as `…` unless they are to be shown. */
export function shownJson(value: object | string, showSecrets: boolean): string {
  const text = JSON.stringify(value, (key, inner: unknown) =>
    !showSecrets && SECRETS.has(key) && typeof inner === 'string' ? '…' : inner,
  )
  return text.replaceAll(UNSAFE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
