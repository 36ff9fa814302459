import type { Row } from '../../harness/row.ts'
import { inTurn } from '../../harness/in-turn.ts'
import type { Task } from '../../harness/servers/with-server.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import { commands } from '../../shared/commands.ts'

const MEMBERS = 100

/** Half of a visit: entering and leaving are told to the same hundred, and so is the change of presence. */
export const roomJoin: Row = {
  name: 'room-join',
  what: 'Somebody enters a room of 100, or leaves it',
  figures: {
    cpu: {
      what: 'server CPU each time',
      unit: 'µs',
      against: 'a login that is resumed',
      mark: { atMost: 3 },
    },
  },
  run(bench) {
    const times = bench.pick({ full: 2000, quick: 500, smoke: 10 })
    const resumed = bench.pick({ full: 1000, quick: 500, smoke: 20 })
    const visits: Task<{ cpu: number }> = async (server, load) => {
      const { port, tls } = server
      await load.ask(commands.logIn, { port, tls, from: 0, count: MEMBERS, resumable: true })
      await load.ask(commands.joinRooms, { size: MEMBERS })
      await load.ask(commands.logIn, { port, tls, from: MEMBERS, count: 1, resumable: true })
      await load.ask(commands.visitRoom, { times })
      const before = server.cpuUs()
      await load.ask(commands.visitRoom, { times })
      return { cpu: (server.cpuUs() - before) / (2 * times) }
    }
    const resumptions: Task<{ cpu: number }> = async (server, load) => {
      const { port, tls } = server
      await load.ask(commands.logInResumable, { port, tls, from: 0, count: resumed })
      await load.ask(commands.resumeAll, { port, tls })
      const before = server.cpuUs()
      await load.ask(commands.resumeAll, { port, tls })
      return { cpu: (server.cpuUs() - before) / resumed }
    }
    const config = { rooms: { max_members: MEMBERS + 1 } }
    return inTurn(bench, {
      base: () => withDaemon({ accounts: resumed, allAvailable: true }, resumptions),
      daemon: () => withDaemon({ accounts: MEMBERS + 1, allAvailable: true, config }, visits),
    })
  },
}
