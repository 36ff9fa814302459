import type { Clock } from '../../application/ports/system/clock.ts'
import { openForAppend, type OpenForAppend } from './file-system.ts'

/** Opens files that tell how long each of their fsyncs took, in milliseconds; of one that fails, too. */
export function timedOpen(clock: Clock, synced: (ms: number) => void): OpenForAppend {
  return async (path, how) => {
    const handle = await openForAppend(path, how)
    return {
      appendFile: (bytes) => handle.appendFile(bytes),
      truncate: (length) => handle.truncate(length),
      stat: () => handle.stat(),
      close: () => handle.close(),
      async sync() {
        const begun = clock.monotonicMs()
        try {
          await handle.sync()
        } finally {
          synced(clock.monotonicMs() - begun)
        }
      },
    }
  }
}
