import type { SecurityEvent, SecurityEventName, SecurityLog } from '../../application/ports/security-log.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { FloodLimit } from './flood-limit.ts'
import { escapeJsonLine } from './log-escape.ts'
import { LogFile } from './log-file.ts'

interface Options {
  /** Empty: the events go nowhere but into the ordinary log, as far as they are in it. */
  readonly path: string
  readonly clock: Clock
  /** The ordinary log, for faults of this one. */
  readonly log: Log
}

export interface OwnSecurityLog extends SecurityLog {
  /** From time to time: sums up what was withheld of a flood. `now` in monotonic milliseconds. */
  tick(now: number): void
  /** After the file was renamed: goes on in a new one. */
  reopen(): void
  /** Sums up, and lets go of the file. */
  close(): void
}

/** Where there is none of its own. */
export const noSecurityLog: OwnSecurityLog = {
  write: () => undefined,
  tick: () => undefined,
  reopen: () => undefined,
  close: () => undefined,
}

/** A line of JSON for each event, whatever the level of the ordinary log. Throws a StartupError if the file cannot be opened. */
export function createSecurityLog({ path, clock, log }: Options): OwnSecurityLog {
  if (path === '') return noSecurityLog
  const file = new LogFile(path, 'logging.security_log_file_path')
  const flood = new FloodLimit<SecurityEventName>()

  return {
    write(event) {
      const now = clock.monotonicMs()
      tick(now)
      if (mayFlood(event) && !flood.admits(event.event, event.address ?? '', now)) return
      put(fields(event))
    },

    tick,

    reopen() {
      const reopened = file.reopen()
      if (!reopened.ok) log.error({}, `${reopened.error}. Going on in the old one`)
    },

    close() {
      tick(Infinity)
      file.close()
    },
  }

  function tick(now: number): void {
    for (const { kind: event, address, count } of flood.over(now))
      put({ event, reason: 'summed_up', address: address === '' ? undefined : address, count })
  }

  // The order counts: fail2ban's filter reads lines from the left.
  function put(line: object): void {
    const time = new Date(clock.wallMs()).toISOString()
    file.write(escapeJsonLine(`${JSON.stringify({ time, ...line })}\n`))
  }
}

/** What administrators do is written down whole. */
function mayFlood({ event }: SecurityEvent): boolean {
  return event !== 'administration'
}

function fields(event: SecurityEvent): object {
  const { event: name, reason, address, userId: user_id } = event
  const common = { event: name, reason, address, user_id }
  switch (event.event) {
    case 'login_refused':
    case 'registration_refused':
    case 'token_refused':
    case 'origin_refused':
    case 'ban':
      return common
    case 'session_replaced':
    case 'session_ended':
      return { ...common, previous_address: event.previousAddress }
    case 'account':
      return { ...common, action: event.action }
    case 'administration':
      return { ...common, action: event.action, by: event.by }
    default:
      return event satisfies never
  }
}
