import { readFileSync, writeFileSync } from 'node:fs'
import type { machine } from '../harness/machine/machine.ts'

const FILE = 'docs/scaling.md'
const CLOSE = '<!-- /measured -->'

/** Where, when and of what the figures of a section are. */
export function byWhom(script: string, where: ReturnType<typeof machine>): readonly string[] {
  const sources = `${where.sources.slice(0, 12)}\`${where.clean ? '' : ' with changes'}`
  return [
    `By \`npm run ${script}\`, ${where.at.slice(0, 10)}, of the sources \`${sources}.`,
    `Node ${where.node}, ${where.cores} cores of ${where.cpu ?? 'an unknown kind'}.`,
  ]
}

/** Puts the lines into docs/scaling.md, between the marks of that name. */
export function writeMeasured(name: string, lines: readonly string[]): void {
  const open = `<!-- measured:${name} -->`
  const document = readFileSync(FILE, 'utf8')
  const from = document.indexOf(open)
  const to = document.indexOf(CLOSE, from)
  if (from < 0 || to < 0) throw new Error(`${FILE} has no place for ${name}`)
  writeFileSync(
    FILE,
    `${document.slice(0, from + open.length)}\n\n${lines.join('\n')}\n\n${document.slice(to)}`,
  )
}
