import type { Bench } from '../../harness/bench.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import type { Round, Row } from '../../harness/row.ts'
import { commands } from '../../shared/commands.ts'

const PAIRS = 50
const PER_SECOND = 20
/** The default cost: some 60 ms of a thread each. */
const BCRYPT_COST = 10

export const latencyBesideLogins: Row = {
  name: 'latency-beside-logins',
  what: 'The same relay while 200 logins at bcrypt cost 10 wait at all times',
  figures: { p99: { what: 'p99', unit: 'µs', against: 'without them', mark: { atMost: 5 } } },
  async run(bench) {
    const rounds: Round[] = []
    for (let i = 0; i < bench.rounds; i++) rounds.push(await round(bench))
    return rounds
  },
}

/** Without and with, in one process: the logins that wait at the end would take longer to answer than a new start. */
function round(bench: Bench): Promise<Round> {
  const users = 2 * PAIRS
  const logins = bench.pick({ full: 200, quick: 200, smoke: 2 })
  const load = {
    kind: 'candidate',
    perSecond: PER_SECOND,
    durationMs: bench.pick({ full: 5000, quick: 3000, smoke: 1000 }),
  } as const
  const options = { accounts: users + logins, bcryptCost: BCRYPT_COST, allAvailable: true }
  return withDaemon(options, async ({ port, tls }, generator) => {
    await generator.ask(commands.logIn, { port, tls, from: 0, count: users })
    await generator.ask(commands.callInPairs, null)
    await generator.ask(commands.flood, { kind: load.kind, window: 4, messages: 500 })
    const without = await generator.ask(commands.pace, load)
    await generator.ask(commands.keepLoggingIn, { port, tls, from: users, count: logins })
    const beside = await generator.ask(commands.pace, load)
    if ((await generator.ask(commands.stopLoggingIn, null)) === 0) throw new Error('nobody has logged in')
    return { p99: { daemon: beside.p99Us, base: without.p99Us } }
  })
}
