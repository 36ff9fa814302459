import type { Random } from '../../../application/ports/system/random.ts'
import { systemPause } from '../../system/system-pause.ts'
import type { Connection } from './connection.ts'

const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 1000

export interface KeptConnection {
  readonly open: () => Promise<Connection>
  /** Lives as long as the connection does. Tells when it has begun: the next attempt after that is a quick one again. */
  readonly use: (connection: Connection, begun: () => void) => Promise<void>
  /** Each time that it could not be opened, or was lost. */
  readonly failed: (error: unknown) => void
  readonly random: Random
  readonly signal: AbortSignal
}

/** Connects again and again until the signal is aborted; at first quickly, and never all nodes in step. */
export async function keepConnected({ open, use, failed, random, signal }: KeptConnection): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      const connection = await open()
      const close = (): void => {
        connection.close()
      }
      signal.addEventListener('abort', close, { once: true })
      try {
        signal.throwIfAborted()
        await use(connection, () => (failures = 0))
      } finally {
        signal.removeEventListener('abort', close)
        connection.close()
      }
    } catch (error) {
      failed(error)
    }
    const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10))
    failures += 1
    await systemPause(most * (0.5 + random.fraction() / 2), signal)
  }
}
