import { createHash } from 'node:crypto'

/** A script of Redis, found by its SHA-1 once it is loaded. */
export interface Script {
  readonly text: string
  readonly sha: string
}

/** Its parts are joined; each is Lua 5.1. */
export function script(...parts: readonly string[]): Script {
  const text = parts.join('\n')
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** `KEYS[1]`, by which Redis knows the slot, is the table of nodes; `ARGV[1]` is what every key begins with. */
export function scriptCall({ sha }: Script, prefix: string, args: readonly string[]): readonly string[] {
  return ['EVALSHA', sha, '1', `${prefix}nodes`, prefix, ...args]
}
