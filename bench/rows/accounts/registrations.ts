import { execFileSync } from 'node:child_process'
import { built } from '../../harness/build.ts'
import { inTurn } from '../../harness/in-turn.ts'
import type { Row } from '../../harness/row.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import { commands } from '../../shared/commands.ts'

export const AT_A_TIME = 64

const BCRYPT_COST = 4

export const registrations: Row = {
  name: 'registrations',
  what: `Registrations, ${AT_A_TIME} at a time, bcrypt cost ${BCRYPT_COST}`,
  figures: {
    cpu: {
      what: 'server CPU a registration',
      unit: 'µs',
      against: 'the bare hash in such a pool',
      mark: { atMost: 1.3 },
    },
  },
  run(bench) {
    // Until the code on the way is compiled: before that, a registration costs half as much again.
    const warmUp = bench.pick({ full: 4000, quick: 2000, smoke: 64 })
    const count = bench.pick({ full: 3000, quick: 1500, smoke: 100 })
    return inTurn(bench, {
      base: () => Promise.resolve({ cpu: bareHashUs(warmUp, count) }),
      daemon: () =>
        withDaemon({ bcryptCost: BCRYPT_COST }, async (server, load) => {
          const { port, tls } = server
          const atATime = AT_A_TIME
          await load.ask(commands.register, { port, tls, from: 0, count: warmUp, atATime })
          const before = server.cpuUs()
          await load.ask(commands.register, { port, tls, from: warmUp, count, atATime })
          return { cpu: (server.cpuUs() - before) / count }
        }),
    })
  },
}

/** In a process of its own, as the daemon is one. */
function bareHashUs(warmUp: number, count: number): number {
  const args = [warmUp, count, BCRYPT_COST, AT_A_TIME].map(String)
  return Number(execFileSync(process.execPath, [built('floor/hashes.js'), ...args], { encoding: 'utf8' }))
}
