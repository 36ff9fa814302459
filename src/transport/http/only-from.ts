import type { MiddlewareHandler } from 'hono'
import { createNetworks } from '../admission/address/networks.ts'
import { plainAddress } from '../admission/address/plain-address.ts'
import { refused } from './answers.ts'
import type { AppEnv } from './app.ts'

/** For what only operators are to see: everybody else is answered 403. */
export function onlyFrom(networks: readonly string[]): MiddlewareHandler<AppEnv> {
  const isInside = createNetworks(networks)
  return async (context, next) => {
    if (!isInside(plainAddress(context.var.client.address)))
      return refused(context, { reason: 'forbidden_network' })
    await next()
    return undefined
  }
}
