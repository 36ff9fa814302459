import { closeSync, openSync } from 'node:fs'
import type { Log } from '../../application/ports/system/log.ts'
import { errorCode } from '../../domain/error-code.ts'

const LOOK_EVERY_MS = 1000

/** So many good looks in a row end a shortage: on the brink of it, good and bad ones take turns. */
const GOOD_LOOKS = 5

/**
 * Logs when file descriptors run out, and when there are some again. Nobody else would tell: libuv closes newcomers with
 * the help of a descriptor that it has put by, or lets them wait, and says nothing of either. Ends by the returned function.
 */
export function watchDescriptors(log: Log, every = repeat, look = shortage): () => void {
  let short = false
  let goodLooks = 0

  return every(LOOK_EVERY_MS, () => {
    const cause = look()
    goodLooks = cause === undefined ? goodLooks + 1 : 0
    if (cause !== undefined && !short) {
      short = true
      log.warn(
        { cause },
        'no file descriptor is left: nobody new can connect until one is; raise the limit of open files (ulimit -n, LimitNOFILE=) or lower server.max_connections',
      )
    } else if (short && goodLooks >= GOOD_LOOKS) {
      short = false
      log.info({}, 'there are file descriptors again: newcomers can connect')
    }
  })
}

/** EMFILE: the process has as many open as it may; ENFILE: so has the machine. */
function shortage(): string | undefined {
  try {
    closeSync(openSync('/dev/null', 'r'))
    return undefined
  } catch (error) {
    return ['EMFILE', 'ENFILE'].find((code) => errorCode(error) === code)
  }
}

function repeat(intervalMs: number, task: () => void): () => void {
  const timer = setInterval(task, intervalMs)
  return () => {
    clearInterval(timer)
  }
}
