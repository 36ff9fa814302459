import { setTimeout as pause } from 'node:timers/promises'
import { phaseAnswer, type StatusAnswer, statusAnswer } from '../../../transport/control/answers.ts'
import { ExitCode } from '../../exit-code.ts'
import type { Ask } from '../ask.ts'
import { CommandFailure, refused } from '../command-failure.ts'
import { askDaemon, type Globals } from '../context.ts'
import { print, progress } from '../output.ts'

const LOOK_MS = 200

interface DrainOptions extends Globals {
  readonly wait: boolean
  readonly timeout: number
}

/** Begins a drain, and as a rule waits until no daemon answers any more, which is when it stops. */
export async function drain(options: DrainOptions): Promise<void> {
  const ask = askDaemon(options)
  const begun = await ask('POST', '/v1/drain', {}, phaseAnswer)
  if (!options.wait) {
    print(options, begun, ({ phase }) => phase)
    return
  }
  const shown = progress(options)
  const deadline = performance.now() + options.timeout * 1000
  for (;;) {
    const status = await statusOf(ask)
    if (status === undefined) break
    shown.say(`${status.phase}, connections left: ${status.connections}`)
    if (performance.now() > deadline) {
      shown.end()
      throw refused('still_draining', `after ${options.timeout} s it still drains; it goes on without us`)
    }
    await pause(LOOK_MS)
  }
  shown.end()
  print(options, { phase: 'stopping' }, () => 'drained, and stopping')
}

/** Undefined where nobody answers. */
async function statusOf(ask: Ask): Promise<StatusAnswer | undefined> {
  try {
    return await ask('GET', '/v1/status', {}, statusAnswer)
  } catch (error) {
    if (error instanceof CommandFailure && error.code === ExitCode.unreachable) return undefined
    throw error
  }
}
