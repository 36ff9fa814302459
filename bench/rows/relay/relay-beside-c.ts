import type { Row } from '../../harness/row.ts'
import { lacksCCompiler } from '../../harness/servers/c-compiler.ts'
import { type Task, withDaemon, withFloor, withFloorInC } from '../../harness/servers/with-server.ts'
import { commands } from '../../shared/commands.ts'
import { candidates, relayServer, relayTask } from './relay-row.ts'

const PER_SECOND = 20

const IN_C = 'floor in C'
const IN_NODE = 'floor in Node'

/** What a server spends on a message under each load, and how long it takes under the paced one; all in µs. */
interface Costs {
  readonly cpu: number
  readonly pacedCpu: number
  readonly p99: number
}

const cpu = { what: 'server CPU a message, 32 in flight', unit: 'µs' }
const pacedCpu = { what: 'server CPU a message, paced', unit: 'µs' }
const p99 = { what: 'p99, paced', unit: 'µs' }

export const relayBesideC: Row = {
  name: 'relay-beside-c',
  what: 'Relay of an ICE candidate by 50 pairs, with 32 in flight each and at 20 a second each, beside both floors',
  lacks: lacksCCompiler,
  figures: {
    cpuOfC: { ...cpu, against: IN_C, mark: { atMost: 1.25 } },
    cpuOfNode: { ...cpu, against: IN_NODE, mark: undefined },
    pacedCpuOfC: { ...pacedCpu, against: IN_C, mark: undefined },
    pacedCpuOfNode: { ...pacedCpu, against: IN_NODE, mark: undefined },
    p99OfC: { ...p99, against: IN_C, mark: { atMost: 1.4 } },
    p99OfNode: { ...p99, against: IN_NODE, mark: undefined },
  },
  async run(bench) {
    const flood = relayTask(candidates(bench))
    const durationMs = bench.pick({ full: 5000, quick: 3000, smoke: 200 })
    const task: Task<Costs> = async (server, load) => {
      const { cpu } = await flood(server, load)
      const messages = (relayServer.accounts / 2) * PER_SECOND * (durationMs / 1000)
      const before = server.cpuUs()
      const pace = { kind: 'candidate', perSecond: PER_SECOND, durationMs } as const
      const { p99Us } = await load.ask(commands.pace, pace)
      return { cpu, pacedCpu: (server.cpuUs() - before) / messages, p99: p99Us }
    }
    const rounds = []
    for (let i = 0; i < bench.rounds; i++) {
      const c = await withFloorInC(task)
      const node = await withFloor(relayServer, task)
      const daemon = await withDaemon(relayServer, task)
      rounds.push({
        cpuOfC: { daemon: daemon.cpu, base: c.cpu },
        cpuOfNode: { daemon: daemon.cpu, base: node.cpu },
        pacedCpuOfC: { daemon: daemon.pacedCpu, base: c.pacedCpu },
        pacedCpuOfNode: { daemon: daemon.pacedCpu, base: node.pacedCpu },
        p99OfC: { daemon: daemon.p99, base: c.p99 },
        p99OfNode: { daemon: daemon.p99, base: node.p99 },
      })
    }
    return rounds
  },
}
