import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The documents of the wire. */
export const protocolDocuments: readonly string[] = [
  'PROTOCOL.md',
  ...readdirSync('docs/protocol')
    .filter((file) => file.endsWith('.md'))
    .toSorted()
    .map((file) => join('docs/protocol', file)),
]

export interface Example {
  /** Document and line. */
  readonly at: string
  readonly name: string
  readonly from: 'client' | 'server'
  /** The payload as the document has it. */
  readonly text: string
}

/** A frame of the whole call, byte by byte. */
export interface CallStep {
  readonly at: string
  readonly name: string
  /** The ways that the same bytes take, in order: `alice` to `server`, then `server` to `bob`. */
  readonly route: readonly string[]
  readonly bytes: Buffer
  readonly text: string
}

interface Block {
  readonly at: string
  /** The heading that it stands under. */
  readonly heading: string
  readonly info: string
  readonly lines: readonly string[]
}

/** The examples of payloads: blocks of JSON whose first line is "// HANGUP from client" or "… from server". */
export function examples(): readonly Example[] {
  return protocolDocuments.flatMap(blocksOf).flatMap(({ at, info, lines }) => {
    if (!info.startsWith('json')) return []
    const [first = '', ...rest] = lines
    const [, name, from] = /^\/\/ (\w+) from (client|server)$/.exec(first) ?? []
    if (name === undefined || (from !== 'client' && from !== 'server'))
      throw new Error(`${at}: an example begins with "// NAME from client" or "// NAME from server"`)
    return [{ at, name, from, text: rest.join('\n') }]
  })
}

/** The blocks that begin with "alice to server: HANGUP": lines of hex, then the payload, whose line breaks do not count. */
export function wholeCall(): readonly CallStep[] {
  return blocksOf('PROTOCOL.md').flatMap(({ at, lines }) => {
    const [first = '', ...rest] = lines
    const [, route, name] = /^(\w+(?: to \w+)+): (\w+)$/.exec(first) ?? []
    if (route === undefined || name === undefined) return []
    const hex = rest.filter((line) => /^[0-9A-F]{2}( [0-9A-F]{2})*$/.test(line))
    return [
      {
        at,
        name,
        route: route.split(' to '),
        bytes: Buffer.from(hex.join('').replaceAll(' ', ''), 'hex'),
        text: rest.slice(hex.length).join(''),
      },
    ]
  })
}

/** What is fenced under that heading, in order. */
export function blocksUnder(document: string, heading: string): readonly Block[] {
  return blocksOf(document).filter((block) => block.heading === heading)
}

function blocksOf(document: string): readonly Block[] {
  const blocks: Block[] = []
  let open: { at: string; heading: string; info: string; lines: string[] } | undefined
  let heading = ''
  for (const [index, line] of readFileSync(document, 'utf8').split('\n').entries()) {
    if (!line.startsWith('```')) {
      if (open === undefined) heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading
      else open.lines.push(line)
    } else if (open === undefined) {
      open = { at: `${document}:${index + 1}`, heading, info: line.slice(3), lines: [] }
    } else {
      blocks.push(open)
      open = undefined
    }
  }
  return blocks
}
