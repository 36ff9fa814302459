import { securityEvents } from '../../src/application/ports/security-log.ts'

/** The table of docs/security-events.md. */
export function securityEventTableMarkdown(): string {
  const rows = Object.entries(securityEvents).map(([event, about]) => `| \`${event}\` | ${about} |`)
  return ['| event | meaning |', '|---|---|', ...rows].join('\n')
}
