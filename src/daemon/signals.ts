import type { Log } from '../application/ports/system/log.ts'
import type { Ending } from './ending.ts'
import type { Reload } from './reload.ts'

/**
 * SIGTERM and SIGUSR2 drain the daemon and then end it in good order, SIGINT ends it so without draining. While it
 * drains, another of them has it end so at once; while it ends, another has the process exit on the spot. SIGHUP reloads
 * what can be reloaded.
 */
export function handleSignals(ending: Ending, reload: Reload, log: Log): void {
  const isEcho = echoesOfNpm()
  // Windows knows no SIGUSR2: there its handler is never called.
  for (const [signal, begin] of [
    ['SIGTERM', 'drain'],
    ['SIGUSR2', 'drain'],
    ['SIGINT', 'stop'],
  ] as const) {
    process.on(signal, () => {
      if (isEcho(signal)) return
      const { phase } = ending
      switch (phase) {
        case 'running':
          ending[begin]({ signal })
          break
        case 'draining':
          ending.stop({ signal })
          break
        case 'stopping':
          log.warn({ signal }, 'stopped at once')
          process.exit(1)
          break
        default:
          phase satisfies never
      }
    })
  }
  process.on('SIGHUP', () => void reload())
}

/** For so long after a signal the same one may be its echo. */
const ECHO_MS = 500

/**
 * Ctrl-C in a terminal goes to every process there. npm passes it on besides, so that a daemon that npm has started gets
 * it twice. The second one is not meant to hurry.
 */
function echoesOfNpm(): (signal: NodeJS.Signals) => boolean {
  const isStartedByNpm = process.env['npm_lifecycle_event'] === 'start'
  let last: { readonly signal: NodeJS.Signals; readonly at: number } | undefined
  return (signal) => {
    const at = performance.now()
    const echoes = isStartedByNpm && last?.signal === signal && at - last.at < ECHO_MS
    if (!echoes) last = { signal, at }
    return echoes
  }
}
