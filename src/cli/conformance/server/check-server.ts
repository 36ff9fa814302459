import { setTimeout as pause } from 'node:timers/promises'
import type { Finding, Outcome } from '../report/outcome.ts'
import { readScenarioFiles } from '../scenarios/files.ts'
import { type Scenario, scenarioFile } from '../scenarios/schema.ts'
import { Cast } from './cast.ts'
import { inParallel } from './in-parallel.ts'
import { MadeAccounts } from './made-accounts.ts'
import type { Offer } from './offer.ts'
import type { Connect } from './connect.ts'
import { playScenario, ScenarioFailure } from './play-scenario.ts'
import { needsNewUsers } from './registrations.ts'
import { removeAccounts } from './remove-accounts.ts'
import { retryAfterOf } from './retry-after.ts'
import { waitOf, whyNot } from './why-not.ts'

export interface ServerCheck {
  readonly open: Connect
  readonly offer: Offer
  /** Behaviours; all where undefined. */
  readonly only?: readonly string[] | undefined
  /** How long an answer may take. */
  readonly deadlineMs: number
  /** The longest limit of the server that is waited for. */
  readonly patienceMs: number
  readonly atOnce: number
  /** Do not delete the accounts at the end. */
  readonly keepAccounts?: boolean | undefined
  readonly progress?: (done: number, all: number) => void
}

export interface ServerFindings {
  readonly findings: readonly Finding[]
  readonly accounts: { readonly made: number; readonly left: readonly string[] }
}

interface Named {
  readonly file: string
  readonly scenario: Scenario
}

/** How often a scenario is played again because the server was asked too much. */
const TRIES = 5

/** The behaviours that can be checked. */
export function checkableIds(): ReadonlySet<string> {
  return new Set(allScenarios().flatMap(({ scenario }) => scenario.id))
}

/** Plays every scenario that the server can take, then deletes the accounts that this has made. */
export async function checkServer(check: ServerCheck): Promise<ServerFindings> {
  const { open, offer, only, deadlineMs, atOnce, progress = () => undefined } = check
  const wanted = (id: string) => only === undefined || only.includes(id)
  const accounts = new MadeAccounts()
  const chosen = allScenarios().filter(({ scenario }) => scenario.id.some(wanted))
  const findings: Finding[] = []
  let done = 0
  const resting: Cast[] = []
  await inParallel(chosen, atOnce, async ({ file, scenario }) => {
    const cast = needsNewUsers(scenario) ? undefined : (resting.pop() ?? new Cast())
    const outcome = await outcomeOf(scenario, check, accounts, cast)
    // After a failure nobody knows how its users are left.
    if (cast !== undefined && outcome.verdict !== 'failed') resting.push(cast)
    const { title } = scenario
    findings.push(...scenario.id.filter(wanted).map((id) => ({ id, scenario: file, title, outcome })))
    progress((done += 1), chosen.length)
  })
  const made = accounts.all
  const left =
    offer.capabilities.includes('account') && check.keepAccounts !== true
      ? await removeAccounts(made, { open, deadlineMs, atOnce })
      : made.map(({ username }) => username)
  return { findings, accounts: { made: made.length, left } }
}

function allScenarios(): readonly Named[] {
  return readScenarioFiles('vectors', scenarioFile).flatMap(({ name, content }) =>
    content.scenarios.map((scenario) => ({ file: name, scenario })),
  )
}

async function outcomeOf(
  scenario: Scenario,
  { open, offer, deadlineMs, patienceMs }: ServerCheck,
  accounts: MadeAccounts,
  cast: Cast | undefined,
): Promise<Outcome> {
  const why = whyNot(scenario, offer, patienceMs)
  if (why !== undefined) return { verdict: 'skipped', why }
  for (let tries = 1; ; tries += 1) {
    let waitMs = 0
    try {
      await playScenario(scenario, {
        open,
        limits: offer.limits,
        deadlineMs: deadlineMs + waitOf(scenario, offer),
        ...(cast === undefined || tries > 1 ? {} : { cast }),
        sent: (bytes) => {
          accounts.sent(bytes)
        },
        came: (received) => {
          accounts.came(received)
          waitMs = Math.max(waitMs, retryAfterOf(received) ?? 0)
        },
      })
      return { verdict: 'passed' }
    } catch (error) {
      if (!(error instanceof ScenarioFailure)) throw error
      const { step, doing, expected, got } = error
      if (waitMs === 0 || tries === TRIES) return { verdict: 'failed', step, doing, expected, got }
      await pause(waitMs)
    }
  }
}
