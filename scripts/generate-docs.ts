/** Writes the generated parts of the documents; with `--check` only says whether they are stale (exit code 1). */
import { readFileSync, writeFileSync } from 'node:fs'
import { behaviourIndex } from './docs/behaviour-index.ts'
import { INDEX } from './docs/behaviours.ts'
import { callTableMarkdown } from './docs/call-table.ts'
import { capabilityTableMarkdown } from './docs/capability-table.ts'
import { clientWire } from './docs/client-wire.ts'
import { configTable } from './docs/config-table.ts'
import { errorTableMarkdown } from './docs/error-table.ts'
import { httpErrorTable } from './docs/http-errors.ts'
import { metricTableMarkdown } from './docs/metric-table.ts'
import { roomTableMarkdown } from './docs/room-table.ts'
import { securityEventTableMarkdown } from './docs/security-event-table.ts'
import { asyncApiDocument } from './docs/asyncapi.ts'
import { messageSchemas } from './docs/message-schemas.ts'
import { messageTableMarkdown } from './docs/message-table.ts'
import { openApiDocument } from './docs/openapi.ts'
import { dissector } from './docs/wireshark.ts'

const sections = [
  { file: 'PROTOCOL.md', mark: 'messages', text: messageTableMarkdown() },
  { file: 'PROTOCOL.md', mark: 'errors', text: errorTableMarkdown() },
  { file: 'docs/protocol/negotiation.md', mark: 'capabilities', text: capabilityTableMarkdown() },
  { file: 'docs/protocol/http.md', mark: 'http-errors', text: httpErrorTable() },
  { file: 'PROTOCOL.md', mark: 'calls', text: callTableMarkdown() },
  { file: 'docs/protocol/rooms.md', mark: 'rooms', text: roomTableMarkdown() },
  { file: 'CONFIG.md', mark: 'config', text: configTable() },
  { file: 'docs/metrics.md', mark: 'metrics', text: await metricTableMarkdown() },
  { file: 'docs/security-events.md', mark: 'security-events', text: securityEventTableMarkdown() },
]

const files = new Map<string, string>([
  ['docs/messages.schema.json', messageSchemas()],
  ['docs/asyncapi.json', asyncApiDocument()],
  ['tools/wireshark/roomrtc.lua', dissector()],
])
for (const { file, mark, text } of sections) {
  files.set(file, fill(files.get(file) ?? readFileSync(file, 'utf8'), mark, text))
}

files.set(INDEX, behaviourIndex())
files.set('docs/openapi.json', await openApiDocument())
for (const [file, text] of await clientWire()) files.set(file, text)

const check = process.argv.includes('--check')
for (const [file, wanted] of files) {
  if (read(file) === wanted) continue
  if (check) {
    console.error(`${file} is stale: run "npm run docs" and commit what it writes`)
    process.exitCode = 1
  } else {
    writeFileSync(file, wanted)
    console.log(`${file} written`)
  }
}

function fill(document: string, mark: string, text: string): string {
  const open = `<!-- generated:${mark} -->`
  const start = document.indexOf(open)
  const end = document.indexOf('<!-- /generated -->', start)
  if (start < 0 || end < 0) throw new Error(`no place for the generated ${mark}`)
  return `${document.slice(0, start + open.length)}\n\n${text}\n\n${document.slice(end)}`
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
