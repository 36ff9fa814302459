import { createRoute, z } from '@hono/zod-openapi'
import type { Result } from '../../../domain/result.ts'
import type { Administration } from '../../../session/administration.ts'
import type { ListedUser, UserListRequest } from '../../../protocol/messages/user.ts'
import { type HttpRefusal, refused } from '../answers.ts'
import type { App } from '../app.ts'
import { bearer, errors, json } from '../route-parts.ts'
import type { WhoAsks } from '../who-asks.ts'

interface Deps {
  readonly whoAsks: WhoAsks
  readonly administration: Pick<Administration, 'sessions'>
  readonly totalUsers: () => Promise<number>
  readonly listUsers: (address: string, wanted: UserListRequest) => Promise<Result<UserListPage, HttpRefusal>>
}

interface UserListPage {
  readonly users: readonly ListedUser[]
  readonly truncated?: true | undefined
  readonly next_cursor?: string | undefined
}

const state = z.enum(['Disconnected', 'Available', 'Busy'])

const usersRoute = createRoute({
  method: 'get',
  path: '/users',
  security: bearer,
  responses: {
    ...errors,
    200: json('Who is here', z.object({ connectedUsers: z.array(z.string()), totalUsers: z.int() })),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/users/list',
  security: bearer,
  request: {
    query: z.object({
      query: z.string().max(1024).optional().describe('Names that begin with this'),
      state: state.optional(),
      limit: z.coerce.number().int().min(1).max(10_000).optional(),
      cursor: z.string().max(4096).optional(),
    }),
  },
  responses: {
    ...errors,
    200: json(
      'The users, those online first, each group by name',
      z.object({
        users: z.array(z.object({ user_id: z.string(), username: z.string(), state })),
        truncated: z.literal(true).optional(),
        next_cursor: z.string().optional(),
      }),
    ),
  },
})

/** Who there is. */
export function addUserRoutes(app: App, { whoAsks, administration, totalUsers, listUsers }: Deps): void {
  app.openapi(usersRoute, async (context) => {
    const user = await whoAsks.user(context)
    if (!user.ok) return refused(context, user.error)
    const connectedUsers: string[] = []
    for (const { user: present, isConnected } of administration.sessions())
      if (isConnected) connectedUsers.push(present.username)
    return context.json({ connectedUsers, totalUsers: await totalUsers() }, 200)
  })

  app.openapi(listRoute, async (context) => {
    const user = await whoAsks.user(context)
    if (!user.ok) return refused(context, user.error)
    const page = await listUsers(context.var.address, context.req.valid('query'))
    if (!page.ok) return refused(context, page.error)
    const { users, ...rest } = page.value
    return context.json({ users: [...users], ...rest }, 200)
  })
}
