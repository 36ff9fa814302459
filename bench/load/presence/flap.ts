import { setTimeout as sleep } from 'node:timers/promises'
import { call, hangUp } from '../clients/calls.ts'
import { type Member, settle } from '../clients/crowd.ts'
import { Pictures } from './pictures.ts'
import { AVAILABLE, BUSY } from './state-update.ts'

interface Load {
  readonly flappers: number
  readonly cycles: number
  readonly durationMs: number
}

/** Every third pair does not hang up at the end, so that the final picture is not the first one. */
const STAYS = 3

/** How long what is right must stay right. */
const QUIET_MS = 300
const DEADLINE_MS = 120_000

/** See `commands.flap`. A cycle is four changes: both parties of a call become Busy and Available again. */
export async function flap(
  members: readonly Member[],
  { flappers, cycles, durationMs }: Load,
): Promise<{ changes: number; told: number }> {
  const pairs = Math.floor(flappers / 2)
  const stays = (pair: number) => pair % STAYS === 0
  const truth = Uint8Array.from({ length: 2 * pairs }, (_, n) =>
    stays(Math.floor(n / 2)) ? BUSY : AVAILABLE,
  )
  const pictures = new Pictures(members, truth)
  const started = performance.now()
  const period = durationMs / cycles
  let changes = 0

  await Promise.all(Array.from({ length: pairs }, (_, pair) => flapPair(pair)))
  await settle(members)
  const deadline = performance.now() + DEADLINE_MS
  while (pictures.wrong > 0) {
    if (performance.now() > deadline) throw new Error(`${pictures.wrong} states are believed wrongly`)
    await sleep(5)
  }
  const { told } = pictures
  await sleep(QUIET_MS)
  if (pictures.wrong > 0 || pictures.told > told) throw new Error('what was right did not stay so')
  return { changes, told }

  async function flapPair(pair: number): Promise<void> {
    const [caller, callee] = members.slice(2 * pair, 2 * pair + 2)
    if (caller === undefined || callee === undefined) throw new Error('half a pair')
    for (let cycle = 0; cycle < cycles; cycle++) {
      const due = started + (cycle + pair / pairs) * period
      await sleep(Math.max(0, due - performance.now()))
      const placed = await call(caller, callee)
      changes += 2
      if (cycle === cycles - 1 && stays(pair)) return
      await sleep(HOLD_MS)
      await hangUp(placed)
      changes += 2
    }
  }
}

/** How long a call lasts. */
const HOLD_MS = 20
