/** Whether a page of that origin may use the server. */
export type IsAllowedOrigin = (origin: string | undefined, host: string | undefined) => boolean

/**
 * `allowed`: origins as browsers write them, or `*`. A page that the server itself has served may always; a program that
 * is no browser sends no origin.
 */
export function makeOriginCheck(allowed: readonly string[]): IsAllowedOrigin {
  const known = new Set(allowed)
  return (origin, host) => {
    if (origin === undefined || known.has('*') || known.has(origin)) return true
    // Its scheme is not ours where a proxy ends TLS.
    return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`)
  }
}
