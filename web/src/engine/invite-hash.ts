/** What a link to register by ends with: `#invite=CODE`. */
const HASH = /^#invite=([\w%-]{1,200})$/

/** The code that came with the address. It is a secret, and does not stay in the address. */
export function takeInvite(): string | undefined {
  const [, code] = HASH.exec(location.hash) ?? []
  if (code === undefined) return undefined
  history.replaceState(null, '', location.pathname + location.search)
  return code
}
