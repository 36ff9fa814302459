/** What happened, for people or, a line of JSON each, for programs. */
export type Report = (event: { readonly event: string; readonly [fact: string]: unknown }) => void

export function makeReport(asJson: boolean): Report {
  return (happened) => {
    const at = new Date().toISOString()
    const { event, ...facts } = happened
    const line = asJson
      ? JSON.stringify({ at, ...happened })
      : `${at.slice(11, 19)}  ${event.padEnd(10)}  ${tell(facts)}`
    process.stdout.write(`${line.trimEnd()}\n`)
  }
}

function tell(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}
