import { within } from '../../../scripts/demo/within.ts'

const PERIOD_MS = 20
const DEADLINE_MS = 10_000

/** Numbered messages that go over a data channel all the time. */
export interface Flow {
  /** Waits until so many have arrived that were sent from now on. */
  advance(count: number): Promise<void>
  /** Sends no more. */
  stop(): void
  /** Stops, and waits for those that are on their way: the numbers in the order of their arrival. */
  outcome(): Promise<{ readonly sent: number; readonly heard: readonly number[] }>
}

export function startFlow(from: RTCDataChannel, to: RTCDataChannel): Flow {
  const heard: number[] = []
  let sent = 0
  let arrived = () => {}
  to.onmessage = ({ data }) => {
    heard.push(Number(data))
    arrived()
  }
  const timer = setInterval(() => {
    from.send(String(sent))
    sent += 1
  }, PERIOD_MS)

  const stop = () => {
    clearInterval(timer)
  }

  async function until(number: number): Promise<void> {
    while (number >= 0 && !heard.includes(number)) {
      await new Promise<void>((resolve) => (arrived = resolve))
    }
  }

  function arrivalOf(number: number): Promise<void> {
    return within(DEADLINE_MS, `message ${number} of the data channel`, until(number))
  }

  return {
    advance: (count) => arrivalOf(sent + count - 1),
    stop,
    async outcome() {
      stop()
      await arrivalOf(sent - 1)
      return { sent, heard }
    },
  }
}
