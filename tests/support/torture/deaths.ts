import { existsSync, watch } from 'node:fs'
import type { Dice } from '../dice.ts'
import { loadUntilDeath } from './load.ts'
import type { Victim } from './victim.ts'

/** What the daemon was about when it died, as far as that can be told from what it left. */
export type Moment = 'under load' | 'at the start' | 'while rewriting' | 'after rewriting'

/** A way to die: begins with a daemon that lives, and leaves it dead. */
type Death = (victim: Victim, dice: Dice) => Promise<Moment>

/** As `SUPERSEDED_WORTH_A_REWRITE` in src: a rewrite begins with one line more. */
const WORTH_A_REWRITE = 1000

/** Long past the second after which the daemon looks at its file. */
const PATIENCE_MS = 5000

const underLoad: Death = async (victim, dice) => {
  await loadUntilDeath(victim, { registering: 24 }, () => {
    setTimeout(() => void victim.kill(), dice.between(1, 500))
  })
  return 'under load'
}

const atTheStart: Death = async (victim, dice) => {
  await victim.kill()
  const delay = dice.between(1, Math.ceil(victim.startMs))
  await victim.startAndKill((kill) => {
    const timer = setTimeout(kill, delay)
    return () => {
      clearTimeout(timer)
    }
  })
  return 'at the start'
}

const rewritingAtTheStart: Death = async (victim, dice) => {
  await victim.kill()
  victim.supersede(Math.max(WORTH_A_REWRITE, victim.acknowledged.size) + dice.between(2, 5000))
  await victim.startAndKill((kill) => onRewrite(victim, dice, kill))
  return momentOfRewrite(victim)
}

const rewritingUnderLoad: Death = async (victim, dice) => {
  await victim.kill()
  // Not worth a rewrite yet; a few logins that renew a hash make it so.
  victim.supersede(WORTH_A_REWRITE)
  await victim.start({ compactEverySecs: 1 })
  const kill = () => void victim.kill()
  const disarm = onRewrite(victim, dice, kill)
  let patience: NodeJS.Timeout | undefined
  // Not before the clients are there: on a machine that stands still they would find it dead.
  await loadUntilDeath(victim, { registering: 2, loggingIn: 6 }, () => {
    patience = setTimeout(kill, PATIENCE_MS)
  })
  clearTimeout(patience)
  disarm()
  return momentOfRewrite(victim)
}

/** In turn, so that a few rounds have seen each. */
export const deaths: readonly Death[] = [
  underLoad,
  atTheStart,
  underLoad,
  rewritingAtTheStart,
  underLoad,
  rewritingUnderLoad,
]

/** Kills soon after the daemon has begun to write its file anew: in the writing, in the fsync or past the renaming. */
function onRewrite(victim: Victim, dice: Dice, kill: () => void): () => void {
  const delay = dice.pick([0, 1, 2, 5, 10, 20, 50, 100])
  let timer: NodeJS.Timeout | undefined
  const watcher = watch(victim.directory, (_event, name) => {
    if (name !== 'users.txt.new' || timer !== undefined) return
    timer = setTimeout(kill, delay)
  })
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}

function momentOfRewrite(victim: Victim): Moment {
  return existsSync(`${victim.usersFile}.new`) ? 'while rewriting' : 'after rewriting'
}
