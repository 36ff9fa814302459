import type { z } from 'zod'
import { allowed } from './allowed.ts'
import { lineAndColumn, type ConfigDocument, type Offset } from '../document.ts'
import { found } from './found.ts'
import { keyPath } from './key-path.ts'
import { keySchema } from './known-keys.ts'
import { nearestKey } from './nearest-key.ts'
import { isConsequence, syntaxSentence } from './syntax-fault.ts'

/** One thing wrong with a document: where, and a sentence that starts with the key where there is one. */
export interface Fault {
  readonly at: Offset
  readonly sentence: string
}

/** Sorted by place, one for each key: `server_config.json:7:13 server.port: found "abc" (string); allowed: …`. */
export function faultLines(source: string, document: ConfigDocument, faults: readonly Fault[]): string[] {
  const lines = faults
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, sentence }) => `${source}:${lineAndColumn(document.text, at)} ${sentence}`)
  return [...new Set(lines)]
}

/** One slip makes the parser stumble again and again: of each line the first error is told, without mere consequences. */
export function syntaxFaults(document: ConfigDocument): Fault[] {
  const byLine = new Map<number, Fault>()
  for (const error of document.syntaxErrors) {
    const line = document.text.slice(0, error.offset).split('\n').length
    const told = byLine.has(line) || (byLine.size > 0 && isConsequence(error))
    if (!told) byLine.set(line, { at: error.offset, sentence: syntaxSentence(error) })
  }
  return [...byLine.values()]
}

export function repeatedKeyFaults(document: ConfigDocument): Fault[] {
  return document.repeated.map(({ path, at, first }) => ({
    at,
    sentence: `${path}: appears twice, first at ${lineAndColumn(document.text, first)}; keep one of them`,
  }))
}

export function schemaFaults(document: ConfigDocument, issues: readonly z.core.$ZodIssue[]): Fault[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [schemaFault(document, issue)]
    return issue.keys.map((key) => unknownKeyFault(document, [...issue.path, key]))
  })
}

function unknownKeyFault(document: ConfigDocument, path: readonly PropertyKey[]): Fault {
  const at = document.places.get(keyPath(path))?.key ?? 0
  return { at, sentence: `${keyPath(path)}: unknown key; ${nearestKey(path)}` }
}

function schemaFault(document: ConfigDocument, issue: z.core.$ZodIssue): Fault {
  const name = keyPath(issue.path)
  const node = document.places.get(name)?.value
  const what = node === undefined ? 'missing' : `found ${found(document.text, node, issue.path)}`
  const sentence = `${name}: ${what}; ${issue.code === 'custom' ? issue.message : allowedAt(issue.path)}`
  return { at: nearestOffset(document, issue.path), sentence }
}

function allowedAt(path: readonly PropertyKey[]): string {
  const schema = keySchema(path)
  return `allowed: ${schema === undefined ? 'nothing' : allowed(schema)}`
}

/** The value at a path or, where the text does not have it, what would hold it. */
function nearestOffset(document: ConfigDocument, path: readonly PropertyKey[]): Offset {
  for (let length = path.length; length > 0; length--) {
    const place = document.places.get(keyPath(path.slice(0, length)))
    if (place !== undefined) return place.value.offset
  }
  return document.root?.offset ?? 0
}
