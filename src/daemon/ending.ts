import type { Log } from '../application/ports/system/log.ts'
import type { Supervisor } from '../application/ports/system/supervisor.ts'
import type { Daemon } from './daemon.ts'
import type { Config } from '../config/schema.ts'

interface Ended {
  readonly daemon: Pick<Daemon, 'drain' | 'stop'>
  readonly log: Log
  readonly config: Config
  readonly supervisor: Supervisor
  /** Is done first of all as the stop begins. */
  readonly letGo: () => void
}

type Phase = 'running' | 'draining' | 'stopping'

/** The end of the process. `cause`, for the log, is who or what wants it. */
export interface Ending {
  readonly phase: Phase
  /** Lets everybody leave one by one, and stops then; at once where no time is given for it. */
  drain(cause: object): void
  /** In good order, at once. */
  stop(cause: object): void
}

export function makeEnding({ daemon, log, config, supervisor, letGo }: Ended): Ending {
  const { grace_ms, window_ms } = config.drain
  const { shutdown_timeout_ms } = config.server
  let phase: Phase = 'running'

  const stop = (cause: object): void => {
    phase = 'stopping'
    letGo()
    supervisor.stopping(shutdown_timeout_ms)
    log.info(cause, 'stopping')
    setTimeout(() => {
      log.warn({}, 'stopped at the deadline: not everybody read our farewell, or the disk was slow')
      process.exit(0)
    }, shutdown_timeout_ms)
    void daemon.stop().then(() => {
      log.info({}, 'stopped')
      process.exit(0)
    })
  }

  const drain = (cause: object): void => {
    phase = 'draining'
    supervisor.stopping(grace_ms + window_ms + shutdown_timeout_ms)
    const drained = daemon.drain()
    log.info(cause, 'draining')
    void drained.then(() => {
      if (phase === 'draining') stop({})
    })
  }

  return {
    get phase() {
      return phase
    },
    drain: grace_ms + window_ms > 0 ? drain : stop,
    stop,
  }
}
