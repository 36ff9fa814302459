import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const SCENARIO = fileURLToPath(new URL('scenario.ts', import.meta.url))

/** Plays the scenario in a process of its own, which is killed when it has said what happened. */
export async function play(ends: (() => unknown)[], ...args: string[]): Promise<unknown> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCENARIO, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  ends.push(() => {
    child.kill('SIGKILL')
    return closed
  })
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) return JSON.parse(line)
  }
  throw new Error(`the scenario ${args.join(' ')} ended without a word`)
}
