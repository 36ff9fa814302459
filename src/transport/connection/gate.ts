/** Stands before everything that leaves: what a peer is told has been kept by then. */
export interface Gate {
  /** Something is to be kept first. To do so once for all that is heard in this round of the event loop costs least. */
  readonly isHolding: boolean
  /** Keeps it. To be called before the first byte leaves. */
  release(): void
}

export const openGate: Gate = { isHolding: false, release: () => undefined }

/** One gate of two: the first is released first. */
export function gateOf(first: Gate, second: Gate): Gate {
  return {
    get isHolding() {
      return first.isHolding || second.isHolding
    },
    release() {
      first.release()
      second.release()
    },
  }
}

/** Runs the task at the end of the tick, or of the round where the gate holds; the task is to release the gate itself. */
export function whenDue<Subject>(
  gate: Gate,
  task: (subject: Subject, gate: Gate) => void,
  subject: Subject,
): void {
  if (gate.isHolding) setImmediate(task, subject, gate)
  else process.nextTick(task, subject, gate)
}
