import type { Clock } from '../../application/ports/system/clock.ts'
import type { SignalTimes } from '../../session/figures/signal-times.ts'
import type { Gate } from '../../transport/connection/gate.ts'

/** A gate at which signals on their way are timed: right after it is released, bytes leave. */
export function timedGate(gate: Gate, times: SignalTimes, clock: Clock): Gate {
  return {
    get isHolding() {
      return gate.isHolding
    },
    release() {
      gate.release()
      if (!times.isEmpty) times.left(clock.monotonicMs())
    },
  }
}
