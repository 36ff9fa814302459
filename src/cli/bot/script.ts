import { err, ok, type Result } from '../../domain/result.ts'

/** What a bot does, one after the other, in each call. */
export type Step = { readonly do: 'wait'; readonly ms: number } | { readonly do: Deed }

type Deed = (typeof DEEDS)[number]

const DEEDS = ['accept', 'decline', 'ignore', 'echo', 'hold', 'unhold', 'mute', 'unmute', 'hangup'] as const

/** Longer than any ring and most tests. */
const MAX_WAIT_SECS = 86_400

/** `wait 2, accept, wait 10, hangup`: steps with commas between them. The error names the first step that is none. */
export function readScript(text: string): Result<readonly Step[], string> {
  const steps: Step[] = []
  for (const part of text.split(',').map((each) => each.trim())) {
    const step = readStep(part)
    if (step === undefined)
      return err(`"${part}" is no step of a script: expected wait SECONDS, ${DEEDS.join(', ')}`)
    steps.push(step)
  }
  return ok(steps)
}

function readStep(part: string): Step | undefined {
  const wait = /^wait (\d+(?:\.\d+)?)$/.exec(part)
  if (wait !== null) {
    const secs = Number(wait[1])
    return secs <= MAX_WAIT_SECS ? { do: 'wait', ms: Math.round(secs * 1000) } : undefined
  }
  const deed = DEEDS.find((each) => each === part)
  return deed === undefined ? undefined : { do: deed }
}
