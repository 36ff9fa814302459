import type { CallHistory } from '../../application/ports/call-history.ts'
import type { UseCases } from '../../application/use-cases.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import type { Deliver } from './deliver.ts'

interface Deps {
  readonly useCases: UseCases
  readonly deliver: Deliver
  readonly history: Pick<CallHistory, 'unseen'>
}

export type Welcome = (asker: Endpoint) => void

/**
 * What comes unasked when a session begins and when it goes on, as far as its client has agreed on it: ICE servers (ICE-2), and
 * how many missed calls the user has not seen (HIST-4).
 */
export function makeWelcome({ useCases, deliver, history }: Deps): Welcome {
  return (asker) => {
    const { session } = asker
    if (session === undefined) return
    const { user, capabilities } = session
    if (capabilities.has('ice_servers')) deliver(useCases.issueIceServers(session))
    if (capabilities.has('history'))
      asker.send({ type: 'HISTORY_SEEN', payload: { unseen: history.unseen(user.id) } })
  }
}
