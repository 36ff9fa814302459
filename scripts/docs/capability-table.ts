import { capabilities } from '../../src/protocol/capabilities.ts'

/** The table of capabilities in PROTOCOL.md. */
export function capabilityTableMarkdown(): string {
  const rows = Object.entries(capabilities).map(([name, about]) => `| \`${name}\` | ${about} |`)
  return ['| capability | gives |', '|---|---|', ...rows].join('\n')
}
