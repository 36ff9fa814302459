// Preloaded into a daemon of which it is to be known how much it holds: at SIGWINCH what nobody needs any more is
// collected, and what is left is written to memory.json of the working directory.
import { renameSync, writeFileSync } from 'node:fs'

/** Twice, because what is dropped in the end of one collection goes in the next. */
const TIMES = 2

process.on('SIGWINCH', () => {
  for (let time = 0; time < TIMES; time++) globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  writeFileSync('memory.json.new', JSON.stringify({ heldBytes: heapUsed + external }))
  renameSync('memory.json.new', 'memory.json')
})
