import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { playClientScenario } from '../../../src/cli/conformance/client/play-client-scenario.ts'
import { clientScenario } from '../../../src/cli/conformance/scenarios/client-schema.ts'
import { readScenarioFiles } from '../../../src/cli/conformance/scenarios/files.ts'
import type { Party, StartParty } from './party.ts'
import { buildC, hasCompiler, hasPython, SANITIZERS, startC, startPython } from './programs.ts'

const DEADLINE_MS = 15_000

const scenarios = readScenarioFiles('client', clientScenario)
const directory = mkdtempSync(join(tmpdir(), 'roomrtc-clients-'))

beforeAll(() => {
  if (hasCompiler) buildC(directory, SANITIZERS)
})

afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

/** Has a party do what the kit says, and offer and answer as a client with media does. */
function conduct(ends: (() => unknown)[], start: StartParty) {
  let party: Promise<Party> | undefined
  let [rings, accepts] = [0, 0]
  const tell = (command: string) => void party?.then((there) => there.tell(command))
  const accept = () => {
    if (rings === 0 || accepts === 0) return
    ;[rings, accepts] = [rings - 1, accepts - 1]
    tell('accept')
  }
  const heard = (line: string) => {
    if (line === 'active caller') tell('offer v=0')
    else if (line.startsWith('offer ')) tell('answer v=0')
    else if (line.startsWith('incoming ')) {
      rings += 1
      accept()
    }
  }
  return (port: number, deed: string) => {
    if (deed === 'log_in') party = start(ends, { port }, 'alice', { heard })
    else if (deed === 'accept') {
      accepts += 1
      accept()
    } else tell(deed === 'hang_up' ? 'hangup' : deed)
  }
}

const clients: readonly (readonly [id: string, start: StartParty])[] = [
  ['PY-10 Python', startPython],
  ['C-9 C', startC([join(directory, 'call')])],
]

describe.skipIf(!hasPython || !hasCompiler)('the conformance kit finds no fault in the client', () => {
  const cases = clients.flatMap(([id, start]) =>
    scenarios.map(({ name, content }) => ({ id, start, name, content })),
  )
  test.concurrent.each(cases)('$id: $name', async ({ start, name, content }) => {
    const ends: (() => unknown)[] = []
    const told = conduct(ends, start)
    let port = 0
    try {
      const findings = await playClientScenario(name, content, {
        host: '127.0.0.1',
        port: 0,
        deadlineMs: DEADLINE_MS,
        ready: (listening) => {
          port = listening
        },
        tell: (deed) => {
          told(port, deed)
        },
      })
      expect(findings.map(({ id, outcome }) => ({ id, outcome }))).toEqual(
        content.id.map((id) => ({ id, outcome: { verdict: 'passed' } })),
      )
    } finally {
      for (const end of ends) await end()
    }
  })
})
