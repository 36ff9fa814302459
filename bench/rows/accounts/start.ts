import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeAccounts } from '../../harness/servers/accounts.ts'
import { withDirectory } from '../../harness/machine/with-directory.ts'
import { built } from '../../harness/build.ts'
import type { Round, Row } from '../../harness/row.ts'
import { startDaemon } from '../../harness/servers/servers.ts'

export const start: Row = {
  name: 'start',
  what: 'Start with 1,000,000 accounts, until listening',
  figures: {
    time: {
      what: 'time',
      unit: 'ms',
      against: 'read the file and split its lines',
      mark: { atMost: 3 },
    },
    rss: { what: 'RSS an account', unit: 'bytes', against: undefined, mark: { atMost: 600 } },
  },
  run(bench) {
    const count = bench.pick({ full: 1_000_000, quick: 1_000_000, smoke: 10_000 })
    const settleMs = bench.pick({ full: 3000, quick: 2000, smoke: 100 })
    return withDirectory((empty) =>
      withDirectory(async (directory) => {
        writeAccounts(directory, count, 4)
        const rounds: Round[] = []
        for (let i = 0; i < bench.rounds; i++) {
          const base = timeToRead(join(directory, 'users.txt'))
          const without = await startAndSettle(empty, settleMs)
          const withAll = await startAndSettle(directory, settleMs)
          rounds.push({
            time: { daemon: withAll.ms, base },
            rss: { daemon: (withAll.rss - without.rss) / count, base: 1 },
          })
        }
        return rounds
      }),
    )
  },
}

async function startAndSettle(directory: string, settleMs: number): Promise<{ ms: number; rss: number }> {
  const server = await startDaemon(directory, {})
  try {
    await sleep(settleMs)
    return { ms: server.startedInMs, rss: server.rssBytes() }
  } finally {
    await server.stop()
  }
}

/** By a process of its own, as the daemon is one. */
function timeToRead(file: string): number {
  const started = performance.now()
  execFileSync(process.execPath, [built('floor/read-lines.js'), file])
  return performance.now() - started
}
