import type { Command } from 'commander'
import {
  levelAnswer,
  metricsAnswer,
  type NodesAnswer,
  nodesAnswer,
  reloadAnswer,
  type StatusAnswer,
  statusAnswer,
} from '../../../transport/control/answers.ts'
import { askDaemon, type Globals } from '../context.ts'
import { drain } from './drain.ts'
import { wholeNumber } from '../limit-option.ts'
import { facts, print, table } from '../output.ts'

export function addProcessCommands(ctl: Command): void {
  ctl
    .command('status')
    .description('the daemon in numbers')
    .action(async (_: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      print(globals, await askDaemon(globals)('GET', '/v1/status', {}, statusAnswer), describe)
    })

  ctl
    .command('metrics')
    .description("all metrics, in Prometheus' format")
    .action(async (_: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const answer = await askDaemon(globals)('GET', '/v1/metrics', {}, metricsAnswer)
      print(globals, answer, ({ text }) => text.trimEnd())
    })

  ctl
    .command('nodes')
    .description('the nodes of the cluster')
    .action(async (_: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      print(globals, await askDaemon(globals)('GET', '/v1/nodes', {}, nodesAnswer), listNodes)
    })

  ctl
    .command('log')
    .description('the log of the daemon')
    .command('level [level]')
    .description('print the level, or set it until the next reload: trace, debug, info, warn, error or fatal')
    .action(async (level: string | undefined, _: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const ask = askDaemon(globals)
      const answer =
        level === undefined
          ? await ask('GET', '/v1/log/level', {}, levelAnswer)
          : await ask('POST', '/v1/log/level', { level }, levelAnswer)
      print(globals, answer, (now) => now.level)
    })

  ctl
    .command('drain')
    .description('let everybody leave one by one, then stop, as SIGTERM does; waits for the end')
    .option('--no-wait', 'do not wait for it')
    .option('--timeout <seconds>', 'how long to wait', wholeNumber, 600)
    .action(async (_: object, command: Command) => {
      await drain(command.optsWithGlobals())
    })

  ctl
    .command('reload')
    .description('take over log level, log file and certificate from the configuration, as SIGHUP does')
    .action(async (_: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals()
      const answer = await askDaemon(globals)('POST', '/v1/reload', {}, reloadAnswer)
      print(globals, answer, ({ log_level }) => `reloaded, log level ${log_level}`)
    })
}

const MEBIBYTE = 1_048_576

function describe(status: StatusAnswer): string {
  const { sessions, calls, rooms, memory_bytes: memory } = status
  const mebibytes = (bytes: number) => `${Math.round(bytes / MEBIBYTE)} MiB`
  return facts([
    ['version', status.version],
    ['process', status.pid],
    ['phase', status.phase],
    ['uptime', `${status.uptime_secs} s`],
    ['configuration', status.config],
    ['listens on', `${status.address} port ${status.port}${status.tls ? ' with TLS' : ''}`],
    ['log level', status.log_level],
    ['connections', status.connections],
    ['sessions', `${sessions.live} live, ${sessions.detached} waiting for their client`],
    ['calls', `${calls.ringing} ringing, ${calls.active} active`],
    ['rooms', `${rooms.occupied} with ${rooms.members} members`],
    ['accounts', status.accounts],
    ['bans', status.bans],
    ['memory', `${mebibytes(memory.rss)}, of it heap ${mebibytes(memory.heap_used)}`],
  ])
}

const MS_A_SECOND = 1000

function listNodes({ nodes }: NodesAnswer): string {
  const rows = nodes.map(({ node, this: isThis, sessions, calls, lease_left_ms: left }) => {
    const lease = left === null ? null : `${(left / MS_A_SECOND).toFixed(1)} s`
    const { live, detached } = sessions
    return [isThis ? `${node} *` : node, live, detached, calls.ringing, calls.active, lease]
  })
  return `${table(['NODE', 'LIVE', 'WAITING', 'RINGING', 'ACTIVE', 'LEASE'], rows)}\n* this one`
}
