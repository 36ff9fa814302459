import { spawn } from 'node:child_process'
import type { Log } from '../../application/ports/system/log.ts'
import type { Supervisor } from '../../application/ports/system/supervisor.ts'

/**
 * Node has no Unix datagram sockets, and to fork this process for each message would cost the more the more memory it
 * has. So it forks once: a shell that sends each line it is given. It ends with this process, when its input does.
 */
const SENDER = 'while read -r line; do systemd-notify $line; done'

const nobody: Supervisor = { ready: ignore, reloading: ignore, stopping: ignore }

/**
 * Tells systemd in the words of sd_notify(3), if it has asked for that by NOTIFY_SOCKET. From the first `ready` on the
 * watchdog is told twice in each of its intervals by a timer of this event loop: so a loop that hangs tells nothing.
 */
export function createSupervisor(env: NodeJS.ProcessEnv, log: Log): Supervisor {
  if (env['NOTIFY_SOCKET'] === undefined || env['NOTIFY_SOCKET'] === '') return nobody

  // Whatever systemd-notify complains of belongs into the journal, where standard error goes.
  const sender = spawn('/bin/sh', ['-c', SENDER], { env, stdio: ['pipe', 'ignore', 'inherit'] })
  const tell = (...words: readonly string[]): void => {
    sender.stdin.write(`${words.join(' ')}\n`)
  }
  const lost = (cause: unknown): void => {
    log.error({ cause: String(cause) }, 'systemd can no longer be told how the daemon is')
  }
  // What was to be written to one that has ended. Its end is told of below.
  sender.stdin.on('error', ignore)
  sender.on('error', lost)
  sender.on('exit', (code, signal) => {
    lost(signal ?? `exit code ${code}`)
  })
  // It must not keep the process alive.
  sender.unref()

  const everyMs = watchdogIntervalMs(env)
  let watchdog: NodeJS.Timeout | undefined
  return {
    ready() {
      tell('READY=1')
      if (everyMs !== undefined) watchdog ??= setInterval(tell, everyMs, 'WATCHDOG=1').unref()
    },
    reloading() {
      tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`)
    },
    stopping(withinMs) {
      tell('STOPPING=1', `EXTEND_TIMEOUT_USEC=${withinMs * 1000}`)
    },
  }
}

/** Half of what the watchdog allows; undefined where there is none, or one for another process. */
function watchdogIntervalMs(env: NodeJS.ProcessEnv): number | undefined {
  const micros = Number(env['WATCHDOG_USEC'])
  const pid = env['WATCHDOG_PID'] ?? ''
  if (!(micros > 0) || (pid !== '' && Number(pid) !== process.pid)) return undefined
  return Math.max(1, Math.floor(micros / 2000))
}

function ignore(): void {
  // Nobody is to be told.
}
