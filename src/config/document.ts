import { getNodeValue, parseTree, type Node, type ParseError } from 'jsonc-parser'
import { keyPath } from './faults/key-path.ts'

/** Where something stands in the text, in UTF-16 units from its start. */
export type Offset = number

interface Place {
  readonly key: Offset
  readonly value: Node
}

/** A JSON text with comments, parsed so that every key can be found again. */
export interface ConfigDocument {
  readonly text: string
  /** `undefined` where there is no value at all. */
  readonly root: Node | undefined
  readonly value: unknown
  readonly syntaxErrors: readonly ParseError[]
  /** Keys written twice in one object; the later value is the one in `value`. */
  readonly repeated: readonly { readonly path: string; readonly at: Offset; readonly first: Offset }[]
  /** By key path, as `keyPath` writes it; the root has the empty path. */
  readonly places: ReadonlyMap<string, Place>
}

export function parseDocument(text: string): ConfigDocument {
  const syntaxErrors: ParseError[] = []
  const root = parseTree(text, syntaxErrors, { allowTrailingComma: true })
  const places = new Map<string, Place>()
  const repeated: { path: string; at: Offset; first: Offset }[] = []

  const walk = (value: Node, path: readonly PropertyKey[], key: Offset): void => {
    const name = keyPath(path)
    const earlier = places.get(name)
    if (earlier !== undefined) repeated.push({ path: name, at: key, first: earlier.key })
    places.set(name, { key, value })
    for (const [index, child] of (value.children ?? []).entries()) {
      if (value.type === 'array') walk(child, [...path, index], child.offset)
      const [keyNode, valueNode] = child.type === 'property' ? (child.children ?? []) : []
      if (keyNode !== undefined && valueNode !== undefined) {
        walk(valueNode, [...path, String(keyNode.value)], keyNode.offset)
      }
    }
  }
  if (root !== undefined) walk(root, [], root.offset)

  const value: unknown = root === undefined ? undefined : getNodeValue(root)
  return { text, root, value, syntaxErrors, repeated, places }
}

/** `line:column`, both from 1, the column in UTF-16 units as editors count. */
export function lineAndColumn(text: string, offset: Offset): string {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}
