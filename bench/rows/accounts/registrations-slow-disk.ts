import { inTurn } from '../../harness/in-turn.ts'
import { fsyncsPerSecond } from '../../harness/machine/fsyncs.ts'
import { withDirectory } from '../../harness/machine/with-directory.ts'
import type { Row } from '../../harness/row.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import { commands } from '../../shared/commands.ts'
import { SLOW_FSYNC_MS } from '../../shared/slow-disk.ts'
import { AT_A_TIME } from './registrations.ts'

export const registrationsSlowDisk: Row = {
  name: 'registrations-slow-disk',
  what: `Durable registrations, 64 at a time, where an fsync takes ${SLOW_FSYNC_MS} ms more`,
  figures: {
    rate: { what: 'a second', unit: '/s', against: "the slow disk's fsyncs", mark: { atLeast: 5 } },
  },
  run(bench) {
    const count = bench.pick({ full: 4000, quick: 1500, smoke: 100 })
    const fsyncsMs = bench.pick({ full: 1000, quick: 500, smoke: 50 })
    return inTurn(bench, {
      base: () =>
        withDirectory((directory) =>
          Promise.resolve({ rate: fsyncsPerSecond(directory, fsyncsMs, SLOW_FSYNC_MS) }),
        ),
      daemon: () =>
        withDaemon({ slowDisk: true }, async ({ port, tls }, load) => {
          const ms = await load.ask(commands.register, { port, tls, from: 0, count, atATime: AT_A_TIME })
          return { rate: count / (ms / 1000) }
        }),
    })
  },
}
