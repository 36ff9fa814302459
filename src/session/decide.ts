import type { Effect } from '../application/effect.ts'
import type { Transact, Tx } from '../application/ports/transaction.ts'
import { ok } from '../domain/result.ts'
import type { Deliver } from './delivery/deliver.ts'

/** What somebody without a connection is answered, and what others are told. */
export interface Decision<Value> {
  readonly value: Value
  readonly effects: readonly Effect[]
}

/** Of what changes nothing. */
export function answer<Value>(value: Value): Decision<Value> {
  return { value, effects: [] }
}

/** Runs the work in its turn, delivers what comes of it, and gives the answer. */
export async function decide<Value>(
  { transact, deliver }: { readonly transact: Transact; readonly deliver: Deliver },
  work: (tx: Tx) => Promise<Decision<Value>>,
): Promise<Value> {
  let decided: Decision<Value> | undefined
  await transact(
    async (tx) => {
      decided = await work(tx)
      return ok(decided.effects)
    },
    (outcome) => {
      if (outcome.ok) deliver(outcome.value)
    },
  )
  if (decided === undefined) throw new Error('a transaction runs its work')
  return decided.value
}
