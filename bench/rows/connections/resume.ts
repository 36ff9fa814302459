import { withDaemon } from '../../harness/servers/with-server.ts'
import type { Round, Row } from '../../harness/row.ts'
import { commands } from '../../shared/commands.ts'

/** The default: cheaper hashes would make the logins cheaper, and dearer ones the mark easier. */
const BCRYPT_COST = 10

export const resume: Row = {
  name: 'resume',
  what: '2,000 sessions that were cut at once resume at once, bcrypt cost 10',
  figures: { time: { what: 'wall time', unit: 'ms', against: 'as many logins', mark: { atMost: 0.1 } } },
  run(bench) {
    const count = bench.pick({ full: 2000, quick: 300, smoke: 20 })
    return withDaemon({ accounts: count, bcryptCost: BCRYPT_COST }, async ({ port, tls }, load) => {
      // Once only: the logins take two minutes, and their time is that of so many hashes.
      const base = await load.ask(commands.logInResumable, { port, tls, from: 0, count })
      const rounds: Round[] = []
      for (let i = 0; i < bench.rounds; i++) {
        rounds.push({ time: { daemon: await load.ask(commands.resumeAll, { port, tls }), base } })
      }
      return rounds
    })
  },
}
