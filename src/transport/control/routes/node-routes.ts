import { z } from 'zod'
import { ok } from '../../../domain/result.ts'
import type { Administration } from '../../../session/administration.ts'
import type { NodesAnswer } from '../answers.ts'
import { deny, route, type Route } from '../route.ts'

interface Deps {
  readonly administration: Pick<Administration, 'nodes'>
}

export function nodeRoutes({ administration: { nodes } }: Deps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/nodes',
      input: z.strictObject({}),
      run() {
        if (nodes === undefined)
          return deny(409, 'no_cluster', 'this daemon is alone: its cluster.redis_url is empty')
        const shown = nodes.list().map(({ name, isThis, sessions, calls, leaseLeftMs }) => {
          const left = leaseLeftMs === undefined ? null : Math.round(leaseLeftMs)
          return { node: name, this: isThis, sessions, calls, lease_left_ms: left }
        })
        return { answer: ok({ nodes: shown } satisfies NodesAnswer) }
      },
    }),
  ]
}
