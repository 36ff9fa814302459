import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const CLIENT = fileURLToPath(new URL('native-client.ts', import.meta.url))

export interface Native {
  /** Waits until it says that. */
  readonly says: (expected: string) => Promise<void>
}

/** Starts a native client over TCP that waits for a call, or calls somebody. It is killed at the end. */
export function startNative(
  ends: (() => unknown)[],
  { port, name, task }: { readonly port: number; readonly name: string; readonly task: string },
): Native {
  const child = spawn(process.execPath, ['--import', 'tsx', CLIENT, String(port), name, task], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  ends.push(() => {
    child.kill('SIGKILL')
    return closed
  })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  return {
    async says(expected) {
      await expect.poll(() => lines).toContain(expected)
    },
  }
}
