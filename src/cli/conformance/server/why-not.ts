import { agreeOn } from '../../../protocol/capabilities.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import type { Scenario, Sent } from '../scenarios/schema.ts'
import type { Offer } from './offer.ts'

/** Why a scenario cannot be played on this server, or undefined if it can. */
export function whyNot(scenario: Scenario, offer: Offer, patienceMs: number): string | undefined {
  const hellos = hellosOf(scenario)
  if (hellos.length > 0 && offer.server === undefined) return 'the server does not answer HELLO with WELCOME'
  const missing = [...agreeOn(hellos.flatMap(capabilitiesOf))].filter(
    (name) => !offer.capabilities.includes(name),
  )
  if (missing.length > 0) return `the server does not offer ${missing.join(', ')}`
  return scenario.config === undefined ? undefined : whyNotWait(scenario, offer, patienceMs)
}

/** How long a scenario waits at its longest, beside the time for answers. */
export function waitOf({ waits_for }: Scenario, { limits }: Offer): number {
  const limit = waits_for === undefined ? 0 : limits[waits_for]
  return typeof limit === 'number' ? limit : 0
}

function whyNotWait(scenario: Scenario, offer: Offer, patienceMs: number): string | undefined {
  const { waits_for } = scenario
  if (waits_for === undefined) return 'needs a server with a configuration of its own'
  const limit = offer.limits[waits_for]
  if (typeof limit !== 'number') return `the server does not say its ${waits_for}`
  if (limit <= patienceMs) return undefined
  return `takes as long as ${waits_for}, ${limit / 1000} s: longer than --patience`
}

function hellosOf({ steps }: Scenario): readonly Sent[] {
  return steps.flatMap((step) => ('send' in step ? step.send : [])).filter(isHello)
}

function isHello(sent: Sent): boolean {
  return 'type' in sent && Number.parseInt(sent.type, 16) === messageTable.HELLO.code
}

function capabilitiesOf(sent: Sent): readonly string[] {
  const names = 'json' in sent ? sent.json['capabilities'] : []
  return Array.isArray(names) ? names.filter((one) => typeof one === 'string') : []
}
