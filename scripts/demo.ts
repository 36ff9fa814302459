// npm run demo: two clients register, call each other and talk, lose the server twice and find it again, each message
// printed as it goes. Needs no network.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTranscript } from './demo/transcript.ts'

const DEADLINE_MS = 30_000

const watchdog = setTimeout(() => {
  console.error(`The demo failed: it was not done within ${DEADLINE_MS / 1000} s`)
  process.exit(1)
}, DEADLINE_MS)

// A reader that has seen enough, as `head` has, is no failure.
process.stdout.on('error', () => undefined)

try {
  const directory = mkdtempSync(join(tmpdir(), 'roomrtc-demo-'))
  // However the process ends.
  process.once('exit', () => {
    rmSync(directory, { recursive: true, force: true })
  })
  process.once('SIGINT', () => process.exit(130))

  // Only here, because @roamhq/wrtc throws where there is no binary of it for the machine.
  const { walk } = await import('./demo/walk.ts')
  console.log('RoomRTC, from registration to a conversation. Who → to whom, what, and what it says:')
  const heard = await walk(directory, createTranscript(console.log))
  console.log(`\nThe message that crossed the data channel: "${heard}"`)
} catch (error) {
  console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  clearTimeout(watchdog)
}
