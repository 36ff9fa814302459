/** Where behaviours are described and which tests cite them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const INDEX = 'docs/behaviour-index.md'

export interface Behaviour {
  readonly id: string
  readonly document: string
  /** The heading that it stands under. */
  readonly heading: string
}

/** Every description of a behaviour, document by document; one that is described twice is there twice. */
export function describedBehaviours(): readonly Behaviour[] {
  return documents().flatMap((document) => describedIn(document, readFileSync(document, 'utf8')))
}

/** Of each id that a test cites, the files that do. `families`: what stands before the number, as in `CALL-7`. */
export function citations(families: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const id = new RegExp(String.raw`\b(?:${[...families].join('|')})-(?:\d+|REC)\b`, 'g')
  const found = new Map<string, string[]>()
  for (const file of testFiles()) {
    for (const cited of new Set(readFileSync(file, 'utf8').match(id))) {
      found.set(cited, [...(found.get(cited) ?? []), file])
    }
  }
  return found
}

/** `CALL` of `CALL-7`. */
export function familyOf(id: string): string {
  return id.slice(0, id.indexOf('-'))
}

function documents(): readonly string[] {
  const further = filesUnder('docs').filter((file) => file.endsWith('.md') && file !== INDEX)
  const ofClients = readdirSync('clients').map((client) => `clients/${client}/README.md`)
  return ['PROTOCOL.md', 'CONFIG.md', ...further, ...ofClients.filter((file) => existsSync(file))]
}

function testFiles(): readonly string[] {
  const tests = filesUnder('tests').filter((file) => /\.(test|contract)\.ts$/.test(file))
  return [...tests, ...filesUnder('conformance').filter((file) => file.endsWith('.json'))]
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file).replaceAll('\\', '/'))
    .toSorted()
}

/** A behaviour is described at the start of a list item, in bold. */
function describedIn(document: string, text: string): readonly Behaviour[] {
  let heading = ''
  return text.split('\n').flatMap((line) => {
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading
    const id = /^- \*\*([A-Z]+-\w+)\*\*/.exec(line)?.[1]
    return id === undefined ? [] : [{ id, document, heading }]
  })
}
