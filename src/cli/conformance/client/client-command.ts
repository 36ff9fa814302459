import { CommandFailure } from '../../ctl/command-failure.ts'
import { print, table } from '../../ctl/output.ts'
import { ExitCode } from '../../exit-code.ts'
import { hostAndPort } from '../host-and-port.ts'
import type { Finding } from '../report/outcome.ts'
import { printReport } from '../report/print-report.ts'
import { count, sumUp } from '../report/sum-up.ts'
import { clientScenario } from '../scenarios/client-schema.ts'
import { readScenarioFiles } from '../scenarios/files.ts'
import { type Driver, startDriver } from './driver.ts'
import { playClientScenario } from './play-client-scenario.ts'

export interface ClientOptions {
  readonly scenario?: readonly string[]
  readonly listen: string
  readonly list?: boolean
  readonly driver?: string
  readonly timeout?: number
  readonly json?: boolean
}

const MS = 1000
const PERSON_MS = 60_000
const PROGRAM_MS = 10_000

/** `conformance client`. Gives the exit code; throws a CommandFailure. */
export async function runClientCommand(options: ClientOptions): Promise<ExitCode> {
  const all = readScenarioFiles('client', clientScenario)
  if (options.list === true) {
    const rows = all.map(({ name, content }) => [name, content.id.join(' '), content.title])
    print(options, { scenarios: all.map(({ name, content: { id, title } }) => ({ name, id, title })) }, () =>
      table(['SCENARIO', 'BEHAVIOURS', 'TITLE'], rows),
    )
    return ExitCode.done
  }
  const names = options.scenario ?? []
  const chosen = names.includes('all') ? all : all.filter(({ name }) => names.includes(name))
  const unknown = names.filter((name) => name !== 'all' && !all.some((one) => one.name === name))
  if (chosen.length === 0 || unknown.length > 0)
    throw new CommandFailure(
      ExitCode.usage,
      'unknown_scenario',
      `${unknown.length > 0 ? `there is no scenario ${unknown.join(', ')}` : 'name a scenario by --scenario'}; --list shows all`,
    )
  const findings: Finding[] = []
  for (const { name, content } of chosen) findings.push(...(await playOne(name, content, options)))
  const behaviours = sumUp(findings)
  print(options, { behaviours }, () => `\n${printReport(behaviours)}`)
  return count(behaviours, 'failed') === 0 ? ExitCode.done : ExitCode.refused
}

async function playOne(
  name: string,
  scenario: Parameters<typeof playClientScenario>[1],
  { listen, driver, timeout, json }: ClientOptions,
): Promise<readonly Finding[]> {
  const say = (line: string) => {
    if (json !== true) process.stdout.write(`${line}\n`)
  }
  const usual = driver === undefined ? PERSON_MS : PROGRAM_MS
  let driven: Driver | undefined
  say(`\n${name}: ${scenario.title}`)
  try {
    return await playClientScenario(name, scenario, {
      ...hostAndPort(listen),
      deadlineMs: timeout === undefined ? usual : timeout * MS,
      ready(port) {
        const { host } = hostAndPort(listen)
        if (driver === undefined) say(`  start the client anew; the server is ${host} port ${port}`)
        else driven = startDriver(driver, host, port)
      },
      tell(deed, words) {
        say(`  ▶ ${words}`)
        driven?.tell(deed)
      },
      say: (line) => {
        say(`    ${line}`)
      },
    })
  } finally {
    await driven?.end()
  }
}
