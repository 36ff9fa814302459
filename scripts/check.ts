import { spawn } from 'node:child_process'

/** The parts of the check, the longest first; each is a script `check:…` of package.json. Two run at a time. */
const PARTS = ['format', 'code', 'dead', 'layers', 'docs']

/** Runs a part, and shows what it printed once it is over, so that parts side by side do not mix. */
async function run(part: string): Promise<boolean> {
  const start = performance.now()
  const child = spawn('npm', ['run', '--silent', `check:${part}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  const printed: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => printed.push(chunk))
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  if (code !== 0) process.stdout.write(Buffer.concat(printed))
  process.stdout.write(`${code === 0 ? 'passed' : 'FAILED'}  ${part} (${seconds} s)\n`)
  return code === 0
}

const waiting = PARTS.values()

async function lane(): Promise<boolean> {
  let passed = true
  for (const part of waiting) passed = (await run(part)) && passed
  return passed
}

const results = await Promise.all([lane(), lane()])
process.exitCode = results.every(Boolean) ? 0 : 1
