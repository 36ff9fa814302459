import type { ClientStep } from '../scenarios/client-schema.ts'

/** A step in words. */
export function describeClientStep(step: ClientStep): string {
  if ('tell' in step) return step.tell
  if ('logged_in' in step) return 'the client logs in'
  if ('connection' in step) return 'the client connects'
  if ('expect' in step) return `the client sends ${step.expect.type}`
  if ('expect_repeated' in step) return 'the client sends again exactly what was not received'
  if ('expect_nothing' in step) return `the client sends nothing for ${step.for_ms} ms`
  if ('expect_no_connection' in step) return `the client does not connect for ${step.for_ms} ms`
  if ('expect_no_login' in step) return 'the client does not log in by itself'
  if ('expect_end' in step) return 'the client ends the connection'
  if ('refuse_connections' in step)
    return `the client tries ${step.refuse_connections} times, longer each time`
  if ('send' in step)
    return `the server sends ${(Array.isArray(step.send) ? step.send : [step.send]).map(({ type }) => type).join(', ')}`
  if ('resume' in step) return 'the server lets the session go on'
  if ('by_hand' in step) return 'the server answers by hand'
  if ('drop' in step) return 'the server drops the connection'
  return `the server waits for ${step.wait_ms} ms`
}
