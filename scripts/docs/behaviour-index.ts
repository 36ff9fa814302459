import { relative } from 'node:path/posix'
import { type Behaviour, citations, describedBehaviours, familyOf } from './behaviours.ts'

const HEAD = `# Index of behaviours

From each id to its description and to the tests that cite it. Written by \`npm run docs\`.

| id | described in | tests |
|---|---|---|`

/** The whole index: one id a line, in a fixed order, so that two changes seldom meet in one line. */
export function behaviourIndex(): string {
  const described = describedBehaviours().toSorted(byId)
  const cited = citations(new Set(described.map(({ id }) => familyOf(id))))
  const rows = described.map(
    (behaviour) =>
      `| ${behaviour.id} | ${place(behaviour)} | ${(cited.get(behaviour.id) ?? []).map(test).join(', ')} |`,
  )
  return `${[HEAD, ...rows].join('\n')}\n`
}

function byId(a: Behaviour, b: Behaviour): number {
  return a.id.localeCompare(b.id, 'en', { numeric: true })
}

function place({ document, heading }: Behaviour): string {
  return `[${heading}](${fromDocs(document)}#${anchor(heading)})`
}

function test(file: string): string {
  return `[${file.replace(/^tests\//, '')}](${fromDocs(file)})`
}

function fromDocs(file: string): string {
  return relative('docs', file)
}

/** As GitHub makes it. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}
