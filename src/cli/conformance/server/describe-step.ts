import { nameOf } from '../scenarios/received.ts'
import type { Sent, Step } from '../scenarios/schema.ts'

/** A step in words, for the report. */
export function describeStep(step: Step): string {
  const { client } = step
  if ('connect' in step) return `${client} connects`
  if ('send' in step) {
    const all = Array.isArray(step.send) ? step.send : [step.send]
    const split = step.split === undefined ? '' : `, ${step.split} byte(s) at a time`
    return `${client} sends ${all.map(nameOfSent).join(', ')}${split}`
  }
  if ('expect' in step) return `${client} gets ${nameOf(Number.parseInt(step.expect.type, 16))}`
  if ('expect_nothing' in step) return `${client} gets nothing`
  if ('expect_no_update' in step) return `${client} gets no USER_STATE_UPDATE`
  if ('expect_close' in step) return `the server ends ${client}'s connection`
  if ('finish' in step) return `${client} closes its sending side`
  step.close satisfies true
  return `${client} drops its connection`
}

function nameOfSent(sent: Sent): string {
  return 'hex' in sent ? 'raw bytes' : nameOf(Number.parseInt(sent.type, 16))
}
