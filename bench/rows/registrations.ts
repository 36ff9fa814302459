import { type Bench, inTurn, withDaemon, withDirectory } from '../harness/bench.ts'
import { fsyncsPerSecond } from '../harness/fsyncs.ts'
import type { Round, Row } from '../harness/row.ts'
import { commands } from '../shared/commands.ts'
import { SLOW_FSYNC_MS } from '../shared/slow-disk.ts'

const AT_A_TIME = 64

export const registrations: Row = {
  name: 'registrations',
  what: 'Durable registrations, 64 at a time, bcrypt cost 4',
  figures: {
    rate: { what: 'a second', unit: '/s', against: "the disk's fsyncs", mark: { atLeast: 5 } },
  },
  run: (bench) => durableRegistrations(bench, false),
}

export const registrationsSlowDisk: Row = {
  name: 'registrations-slow-disk',
  what: `The same where an fsync takes ${SLOW_FSYNC_MS} ms more`,
  figures: {
    rate: { what: 'a second', unit: '/s', against: "the slow disk's fsyncs", mark: { atLeast: 5 } },
  },
  run: (bench) => durableRegistrations(bench, true),
}

function durableRegistrations(bench: Bench, slowDisk: boolean): Promise<Round[]> {
  const count = bench.pick({ full: 4000, quick: 1500, smoke: 100 })
  const fsyncsMs = bench.pick({ full: 1000, quick: 500, smoke: 50 })
  return inTurn(bench, {
    base: () =>
      withDirectory((directory) =>
        Promise.resolve({ rate: fsyncsPerSecond(directory, fsyncsMs, slowDisk ? SLOW_FSYNC_MS : 0) }),
      ),
    daemon: () =>
      withDaemon({ slowDisk }, async ({ port, tls }, load) => {
        const ms = await load.ask(commands.register, { port, tls, from: 0, count, atATime: AT_A_TIME })
        return { rate: count / (ms / 1000) }
      }),
  })
}

export const registrationGrowth: Row = {
  name: 'registration-growth',
  what: 'A registration where there are 100,000 accounts, bcrypt cost 4',
  figures: {
    cpu: {
      what: 'CPU of the main thread',
      unit: 'µs',
      against: 'where there are 100',
      mark: { atMost: 1.2 },
    },
  },
  run(bench) {
    const many = bench.pick({ full: 100_000, quick: 100_000, smoke: 1000 })
    const warmUp = bench.pick({ full: 1000, quick: 500, smoke: 64 })
    const count = bench.pick({ full: 3000, quick: 1500, smoke: 64 })
    const cost = (accounts: number) =>
      withDaemon({ accounts }, async (server, load) => {
        const { port, tls } = server
        const atATime = AT_A_TIME
        await load.ask(commands.register, { port, tls, from: accounts, count: warmUp, atATime })
        const before = server.mainThreadCpuUs()
        await load.ask(commands.register, { port, tls, from: accounts + warmUp, count, atATime })
        return { cpu: (server.mainThreadCpuUs() - before) / count }
      })
    return inTurn(bench, { base: () => cost(100), daemon: () => cost(many) })
  },
}
