import type { Metrics } from '../application/ports/metrics.ts'
import type { Config } from '../config/schema.ts'
import type { ControlServer } from '../transport/control/control-server.ts'
import type { ProcessState } from './control/open-control.ts'
import type { Reachable } from './doors/urls.ts'

export interface Daemon {
  readonly port: number
  /** Where browsers and scripts ask; undefined where HTTP is switched off. */
  readonly httpPort: number | undefined
  /** On which something is to be had, with what it is. */
  readonly urls: readonly Reachable[]
  readonly metrics: Metrics
  /** Reads the certificate files again; gives the faults for which the old certificate stays. */
  reloadTls(config: Config): Promise<readonly string[]>
  /** Takes over what was edited in the account file; gives the faults for which the accounts stay as they are. */
  reloadAccounts(): Promise<readonly string[]>
  /** The door of administrators; undefined where there is none. */
  openControl(process: ProcessState): Promise<ControlServer | undefined>
  /** Takes nobody and no call any more, and lets everybody leave one by one; `stop` is to follow. Resolves when all were told to go. */
  drain(): Promise<void>
  /**
   * Tells every client, ends the calls that cannot outlive a restart, leaves the rest to the next run, lets go of all. A
   * drain that is under way is over at once.
   */
  stop(): Promise<void>
}
