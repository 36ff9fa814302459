import type { Effect } from '../application/effect.ts'
import type { Log } from '../application/ports/log.ts'
import type { UseCases } from '../application/use-cases.ts'
import { makeDeliver } from './deliver.ts'
import { makeDispatch } from './dispatch.ts'
import type { EndpointInputs } from './endpoint.ts'
import { createExclusive } from './exclusive.ts'
import { Registry } from './registry.ts'

/** All that can happen to the daemon from outside: requests, lost connections, the passing of time, the end. */
export interface Inputs extends EndpointInputs {
  /** `now` in monotonic milliseconds. */
  readonly tick: (now: number) => void
  /** Ends every call. Afterwards a lost connection is no news. */
  readonly shutDown: (now: number) => Promise<void>
}

export function makeInputs({ useCases, log }: { useCases: UseCases; log: Log }): Inputs {
  const exclusive = createExclusive()
  const deliver = makeDeliver({ registry: new Registry(), log })
  let shuttingDown = false

  return {
    request: makeDispatch({ useCases, deliver, exclusive }),

    lost({ id, user }) {
      if (!shuttingDown) change(() => useCases.endSession({ user, session: id, cause: 'disconnect' }))
    },

    tick(now) {
      change(() => useCases.expireCalls(now))
    },

    async shutDown(now) {
      shuttingDown = true
      await exclusive(async () => {
        deliver(await useCases.endAllCalls(now))
      })
    },
  }

  // Nobody waits for these, so nobody but the log can be told of a fault.
  function change(work: () => Promise<readonly Effect[]>): void {
    exclusive(async () => {
      deliver(await work())
    }).catch((error: unknown) => {
      log.error({ err: error }, 'fault while carrying out a change')
    })
  }
}
