import type { Pause } from '../../application/ports/system/pause.ts'
import { messageTable } from '../../protocol/message-table.ts'
import { belongsToCall } from '../../protocol/sequenced.ts'
import type { EndpointInputs } from '../conversation/endpoint.ts'
import type { Mail } from './boxes/mail.ts'

/** So long an answer waits for the store: a client is not to think that its server is gone because the store is. */
const LONGEST_WAIT_MS = 5000

interface Deps {
  readonly mail: Pick<Mail, 'settled'>
  readonly pause: Pause
}

/**
 * What is answered at once shows a client that all that it sent before has arrived. So it waits until that is kept, and
 * until what was refused of it has come back.
 */
export function makeInOrder(
  request: EndpointInputs['request'],
  { mail, pause }: Deps,
): EndpointInputs['request'] {
  return (asker, asked, now) => {
    const { session } = asker
    const isAnsweredAtOnce = session !== undefined && !belongsToCall(messageTable[asked.message.type].code)
    const settling = isAnsweredAtOnce ? mail.settled(session.id) : undefined
    return settling === undefined
      ? request(asker, asked, now)
      : within(settling).then(() => request(asker, asked, now))
  }

  async function within(settling: Promise<void>): Promise<void> {
    const over = new AbortController()
    await Promise.race([settling, pause(LONGEST_WAIT_MS, over.signal)])
    over.abort()
  }
}
