import type { Node } from 'jsonc-parser'
import { keySchema } from './known-keys.ts'

const LONGEST_SHOWN = 80

/** What stands in the text, as written there: `"abc" (string)`. Of a secret only its kind is told. */
export function found(text: string, node: Node, path: readonly PropertyKey[]): string {
  const article = /^[aeiou]/.test(node.type) ? 'an' : 'a'
  if (keySchema(path)?.secret === true) return `${article} ${node.type}, not shown because it is a secret`
  switch (node.type) {
    case 'string':
    case 'number':
    case 'boolean': {
      const written = withoutUserInfo(text.slice(node.offset, node.offset + node.length))
      const shown = written.length > LONGEST_SHOWN ? `${written.slice(0, LONGEST_SHOWN)}…` : written
      return `${shown} (${node.type})`
    }
    case 'null':
      return 'null'
    case 'array':
    case 'object':
    case 'property':
      return `${article} ${node.type}`
  }
}

// `turn:user:password@host` is no TURN URL, but people write it.
function withoutUserInfo(written: string): string {
  return written.replace(/:.*@/, ':…@')
}
