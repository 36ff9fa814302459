import type { HouseClient } from '../support/house/house.ts'
import { frame } from '../support/wire/wire.ts'

/** The client's frame arrives at its endpoint: what that answers, without waiting for anything. */
export function receive({ endpoint }: HouseClient, type: number, payload: object): Promise<void> | undefined {
  const whole = frame(type, payload)
  return endpoint.receive({ type, payload: whole.subarray(5), whole })
}
