import type { Entry } from '../history.ts'
import { checkCalls } from './calls.ts'
import { checkPresence } from './presence.ts'
import { checkRooms } from './rooms.ts'
import { checkSignals } from './signals.ts'
import { Timelines } from './timelines.ts'

/** Holds what clients have seen against what must hold (docs/cluster.md), and knows nothing else of the cluster. */
export interface Checker {
  take(entry: Entry): void
  /** What was wrong, each beginning with the kind of fault. */
  finish(): readonly string[]
  readonly faults: readonly string[]
}

export function createChecker(): Checker {
  const faults: string[] = []
  const complain = (fault: string): void => {
    faults.push(fault)
  }
  const timelines = new Timelines(complain)
  const calls = checkCalls(complain)
  const rooms = checkRooms(complain)
  const isBusy = (client: string): boolean => calls.isInCall(client) || rooms.isInRoom(client)
  const rules = [checkSignals(complain), calls, rooms, checkPresence(complain, isBusy)]
  return {
    faults,
    take(entry) {
      timelines.take(entry)
      for (const rule of rules) rule.take(entry, timelines)
    },
    finish() {
      for (const rule of rules) rule.finish(timelines)
      return faults
    },
  }
}

export function check(history: readonly Entry[]): readonly string[] {
  const checker = createChecker()
  for (const entry of history) checker.take(entry)
  return checker.finish()
}
