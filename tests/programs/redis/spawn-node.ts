import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { NodeOptions } from './nodes.ts'

const CHILD = fileURLToPath(new URL('child-node.ts', import.meta.url))

export interface ChildNode {
  /** The kinds of what it has said, with the news or entry where there is one. */
  readonly said: () => readonly string[]
  readonly commit: (news: string) => void
  readonly signal: (signal: NodeJS.Signals) => void
}

/** Resolves when it has joined. */
export async function spawnNode(ends: (() => unknown)[], options: NodeOptions): Promise<ChildNode> {
  const args = ['--import', 'tsx', CHILD, JSON.stringify(options)]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  ends.push(async () => {
    child.kill('SIGKILL')
    await closed
  })
  const said: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { what, news, entry, commit } = JSON.parse(line)
    said.push([what, news ?? entry ?? commit?.news].filter(Boolean).join(' '))
  })
  await expect.poll(() => said).toContain('begin')
  return {
    said: () => said,
    commit: (news) => {
      child.stdin.write(`${news}\n`)
    },
    signal: (signal) => {
      child.kill(signal)
    },
  }
}
