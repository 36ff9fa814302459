/** A cursor of HISTORY: where the entry stands after which the next page begins. An instant in Unix milliseconds, and the call. */
export function writeHistoryCursor({
  startedAt,
  call,
}: {
  readonly startedAt: number
  readonly call: string
}): string {
  return `${startedAt}.${call}`
}

/** Undefined for what is no cursor. */
export function readHistoryCursor(
  cursor: string,
): { readonly startedAt: number; readonly call: string } | undefined {
  const found = /^(?<at>\d{1,15})\.(?<call>.{1,128})$/.exec(cursor)?.groups
  const { at, call } = found ?? {}
  return at === undefined || call === undefined ? undefined : { startedAt: Number(at), call }
}
