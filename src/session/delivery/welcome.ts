import type { UseCases } from '../../application/use-cases.ts'
import type { Endpoint } from '../conversation/endpoint.ts'
import type { Deliver } from './deliver.ts'

export type Welcome = (asker: Endpoint) => void

/** What comes unasked when a session begins and when it goes on: ICE servers, if the client has agreed on them (ICE-2). */
export function makeWelcome({
  useCases,
  deliver,
}: {
  readonly useCases: UseCases
  readonly deliver: Deliver
}): Welcome {
  return ({ session }) => {
    if (session?.capabilities.has('ice_servers')) deliver(useCases.issueIceServers(session))
  }
}
