import type { Finding, Outcome } from '../report/outcome.ts'
import type { ClientScenario, ClientStep } from '../scenarios/client-schema.ts'
import { StepFailure } from '../scenarios/step-failure.ts'
import { ClientRun, Unsuited } from './client-run.ts'
import { describeClientStep } from './describe-client-step.ts'
import { PlayedServer } from './played-server.ts'

export interface ClientPlay {
  readonly host: string
  readonly port: number
  /** How long the client, or the person at it, may take where the scenario says nothing. */
  readonly deadlineMs: number
  /** Once the server listens. */
  readonly ready?: (port: number) => void | Promise<void>
  /** What the person, or the program, at the client is to do now. */
  readonly tell: (deed: string, words: string) => void
  readonly say?: (line: string) => void
}

/** Plays the server of a scenario for one client. What the client does not get to is skipped. */
export async function playClientScenario(
  name: string,
  scenario: ClientScenario,
  play: ClientPlay,
): Promise<readonly Finding[]> {
  const say = play.say ?? (() => undefined)
  const server = new PlayedServer(scenario, say)
  const run = new ClientRun(server, scenario, play)
  const outcomes = new Map<string, Outcome>()
  try {
    await play.ready?.(await server.listen(play.host, play.port))
    for (const [index, step] of scenario.steps.entries()) {
      const ids = shownBy(step, scenario)
      const doing = describeClientStep(step)
      try {
        await run.take(step)
        for (const id of ids) outcomes.set(id, { verdict: 'passed' })
        if (ids.length > 0) say(`✓ ${ids.join(', ')}: ${doing}`)
      } catch (error) {
        if (error instanceof Unsuited)
          return found(name, scenario, () => ({ verdict: 'skipped', why: error.message }))
        const { expected, got } = failureOf(error)
        for (const id of ids.length > 0 ? ids : scenario.id.slice(0, 1))
          outcomes.set(id, { verdict: 'failed', step: index + 1, doing, expected, got })
        for (const id of scenario.steps.slice(index + 1).flatMap((later) => shownBy(later, scenario)))
          if (outcomes.get(id)?.verdict !== 'failed') outcomes.delete(id)
        break
      }
    }
  } finally {
    await server.close()
  }
  const notReached: Outcome = { verdict: 'skipped', why: `${name} did not get so far` }
  return found(name, scenario, (id) => outcomes.get(id) ?? notReached)
}

function found(name: string, { id, title }: ClientScenario, of: (id: string) => Outcome): readonly Finding[] {
  return id.map((one) => ({ id: one, scenario: name, title, outcome: of(one) }))
}

/** A step that demands something shows what it says, or the first behaviour of the scenario. */
function shownBy(step: ClientStep, { id }: ClientScenario): readonly string[] {
  if ('shows' in step && step.shows !== undefined) return step.shows
  const demands = [
    'connection',
    'expect',
    'expect_repeated',
    'expect_nothing',
    'expect_no_connection',
    'expect_end',
  ]
  return demands.some((key) => key in step) ? id.slice(0, 1) : []
}

function failureOf(error: unknown): StepFailure {
  if (error instanceof StepFailure) return error
  return new StepFailure('what the step says', error instanceof Error ? error.message : String(error))
}
