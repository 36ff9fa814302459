import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { callUp, type Party, type StartParty } from './party.ts'
import { hasCompiler, hasPython, startPython, useSanitizedC } from './programs.ts'
import { startTypeScript } from './typescript-party.ts'

const ends = endsAfterEach()
const { startSanitized } = useSanitizedC()

/** alice talks to bob. carol is there. */
async function inCall(starts: readonly [StartParty, StartParty, StartParty]) {
  const daemon = await startTestDaemon()
  ends.push(() => daemon.stop())
  const names = ['alice', 'bob', 'carol'] as const
  const [alice, bob, carol] = await Promise.all([
    starts[0](ends, daemon, names[0]),
    starts[1](ends, daemon, names[1]),
    starts[2](ends, daemon, names[2]),
  ])
  await carol.says('here carol')
  await callUp(alice, bob)
  return { alice, bob, carol }
}

async function carries(from: Party, to: Party, text: string): Promise<void> {
  from.tell(`offer ${text}`)
  await to.says(`offer ${text}`)
}

type Trio = readonly [StartParty, StartParty, StartParty]

const trios: readonly (readonly [who: string, starts: Trio])[] = [
  ['PY-13 C-11 Python is handed over by C to Python', [startPython, startSanitized, startPython]],
  ['PY-13 C-11 C is handed over by Python to C', [startSanitized, startPython, startSanitized]],
  ['PY-13 C-11 TypeScript is handed over by C to Python', [startTypeScript, startSanitized, startPython]],
]

describe.skipIf(!hasPython || !hasCompiler)('a transfer', () => {
  test.each(trios)('%s, after one that fails and one that is taken back', async (_, starts) => {
    const { alice, bob, carol } = await inCall(starts)
    bob.tell('transfer alice')
    await expect.poll(() => bob.lines.at(-1)).toMatch(/^(transfer failed alice|refused) callee_busy$/)

    bob.tell('transfer carol')
    await Promise.all([carol.says('incoming alice by bob'), alice.says('transfer ringing carol')])
    carol.tell('decline')
    await Promise.all([alice, bob].map((party) => party.says('transfer failed carol declined')))
    await carries(bob, alice, 'as before')

    bob.tell('transfer carol')
    await Promise.all([carol.says('incoming alice by bob', 2), alice.says('transfer ringing carol', 2)])
    alice.tell('take-back')
    await Promise.all([alice, bob].map((party) => party.says('transfer failed carol hangup')))
    await carol.says('ended hangup')

    bob.tell('transfer carol')
    await carol.says('incoming alice by bob', 3)
    alice.tell('cut')
    carol.tell('accept')
    await Promise.all([alice, bob].map((party) => party.says('ended transferred')))
    await Promise.all([alice.says('transferred carol'), alice.says('active caller', 2)])
    await carries(alice, carol, 'hello carol')
    await carries(carol, alice, 'hello alice')
    bob.tell('call carol')
    await bob.says('refused callee_busy')
    carol.tell('hangup')
    await alice.says('ended hangup')
    expect(await Promise.all([alice, bob, carol].map((party) => party.leaves()))).toEqual([0, 0, 0])
  })
})
