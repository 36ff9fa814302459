import { setTimeout as sleep } from 'node:timers/promises'
import type { Call } from 'roomrtc-client'
import type { Step } from './script.ts'

interface Stage {
  readonly call: Call
  /** Ends with the call. */
  readonly over: AbortSignal
  /** From now on what comes is sent back. */
  readonly echo: () => void
  readonly told: (step: Step) => void
}

/** Plays the steps until they or the call have come to their end. `ignore` leaves the call alone: nobody answers it. */
export async function playScript(steps: readonly Step[], { call, over, echo, told }: Stage): Promise<void> {
  for (const step of steps) {
    if (step.do === 'wait') await sleep(step.ms, undefined, { signal: over }).catch(() => undefined)
    if (over.aborted) return
    told(step)
    switch (step.do) {
      case 'wait':
        break
      case 'ignore':
        return
      case 'accept':
        call.accept()
        break
      case 'decline':
        call.decline()
        break
      case 'echo':
        if (call.state.name === 'ringing-in') call.accept()
        echo()
        break
      case 'hold':
        call.hold(true)
        break
      case 'unhold':
        call.hold(false)
        break
      case 'mute':
        call.mute({ audio: true, video: true })
        break
      case 'unmute':
        call.mute({ audio: false, video: false })
        break
      case 'hangup':
        call.hangup()
        break
      default:
        step satisfies never
    }
  }
}
