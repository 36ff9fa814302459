import type { Ask, Unsubscribe } from './ask.ts'
import { RoomRtcError } from './error.ts'
import type { Surroundings } from './world/surroundings.ts'

export interface Settle<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: RoomRtcError) => void
}

interface Waiting extends Ask {
  /** Names it in an error. */
  readonly what: string
  /** No deadline where there is none. */
  readonly timeoutMs?: number
}

/**
 * A promise of what `start` begins. `start` returns what ends it; that is called once, whichever way the waiting ends.
 */
export function waitFor<T>(
  { setTimer }: Pick<Surroundings, 'setTimer'>,
  { what, timeoutMs, signal }: Waiting,
  start: (settle: Settle<T>) => Unsubscribe,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const ends: Unsubscribe[] = []
    let over = false
    const finish = (last: () => void) => {
      if (over) return
      over = true
      for (const end of ends) end()
      last()
    }
    const fail = (error: RoomRtcError) => {
      finish(() => {
        reject(error)
      })
    }
    const abort = () => {
      fail(new RoomRtcError('aborted', `${what}: aborted`, { cause: signal?.reason }))
    }
    if (signal?.aborted === true) {
      abort()
      return
    }
    signal?.addEventListener('abort', abort)
    ends.push(() => {
      signal?.removeEventListener('abort', abort)
    })
    if (timeoutMs !== undefined) {
      const late = () => {
        fail(new RoomRtcError('timeout', `${what}: no answer within ${timeoutMs} ms`))
      }
      ends.push(setTimer(timeoutMs, late))
    }
    const end = start({
      resolve: (value) => {
        finish(() => {
          resolve(value)
        })
      },
      reject: fail,
    })
    // What settles at once has ended before there was something to end.
    if (isOver()) end()
    else ends.push(end)

    function isOver(): boolean {
      return over
    }
  })
}
