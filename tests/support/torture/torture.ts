import type { Dice } from '../dice.ts'
import { readAccountLines } from './account-lines.ts'
import { deaths, type Moment } from './deaths.ts'
import { registerSome } from './load.ts'
import { Victim } from './victim.ts'

export interface TortureOutcome {
  readonly acknowledged: number
  /** Accounts that were acknowledged and are not there afterwards, or under another id, or do not let their user in. */
  readonly lost: readonly string[]
  /** What is in the file after a restart and is no account, and accounts that are in it and do not work. */
  readonly halfWritten: readonly string[]
  readonly moments: ReadonlyMap<Moment, number>
  /** Where the files of a round that went wrong are kept. */
  readonly kept: readonly string[]
}

interface TortureOptions {
  readonly rounds: number
  readonly dice: Dice
  /** Is told of each round. */
  readonly report?: (round: number, moment: Moment, acknowledged: number) => void
}

/** With fewer live accounts than this the daemon finds its file worth a rewrite soon. */
const ACCOUNTS_OF_A_VICTIM = 800

/** Kills the built daemon again and again while accounts are made, and looks after each restart at what is left (ATTACK-10). */
export async function torture({
  rounds,
  dice,
  report = () => undefined,
}: TortureOptions): Promise<TortureOutcome> {
  const lost: string[] = []
  const halfWritten: string[] = []
  const kept: string[] = []
  const moments = new Map<Moment, number>()
  let before = 0
  let victim: Victim | undefined
  try {
    for (let round = 1; round <= rounds; round += 1) {
      if (victim === undefined) {
        victim = new Victim()
        await victim.start()
        await registerSome(victim, 8)
      }
      const death = deaths[(round - 1) % deaths.length] ?? deaths[0]
      if (death === undefined) throw new Error('there is no way to die')
      const moment = await death(victim, dice)
      moments.set(moment, (moments.get(moment) ?? 0) + 1)
      await victim.start()
      const found = await examine(victim, dice)
      lost.push(...found.lost)
      halfWritten.push(...found.halfWritten)
      const { size } = victim.acknowledged
      report(round, moment, before + size)
      const spoilt = found.lost.length + found.halfWritten.length > 0
      if (!spoilt && size < ACCOUNTS_OF_A_VICTIM) continue
      before += size
      await victim.kill()
      if (spoilt) kept.push(victim.directory)
      else await victim.remove()
      victim = undefined
    }
    const acknowledged = before + (victim?.acknowledged.size ?? 0)
    await victim?.remove()
    return { acknowledged, lost, halfWritten, moments, kept }
  } catch (error) {
    await victim?.kill()
    throw new Error(`the files are kept in ${victim?.directory}`, { cause: error })
  }
}

/** What the restarted daemon and its file say, held against what was promised before. */
async function examine(victim: Victim, dice: Dice): Promise<Pick<TortureOutcome, 'lost' | 'halfWritten'>> {
  const { acknowledged, unanswered } = victim
  const { accounts, broken } = readAccountLines(victim.usersFile)
  const lost = [...acknowledged].filter(([name, id]) => accounts.get(name)?.id !== id).map(([name]) => name)
  const halfWritten = [...broken]
  // Every line was looked at; that the daemon reads them as we do is tried with a few.
  const sample = [...acknowledged.keys()]
  const promised = [dice.pick(sample), dice.pick(sample), sample.at(-1) ?? '']
  const open = [...unanswered].slice(-3)
  const canLogIn = await victim.canLogIn([...promised, ...open])
  lost.push(...promised.filter((name) => canLogIn.get(name) !== true && !lost.includes(name)))
  halfWritten.push(...open.filter((name) => canLogIn.get(name) !== accounts.has(name)))
  return { lost, halfWritten }
}
