import type { SecurityEvent, SecurityLog } from '../../../src/application/ports/security-log.ts'

/** A security log that keeps its events for the test to look at. */
export function createSpySecurityLog(): SecurityLog & { readonly events: SecurityEvent[] } {
  const events: SecurityEvent[] = []
  return { events, write: (event) => events.push(event) }
}
