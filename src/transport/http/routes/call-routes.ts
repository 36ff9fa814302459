import { createRoute, z } from '@hono/zod-openapi'
import type { CallView } from '../../../application/call/call-view.ts'
import type { User } from '../../../domain/user.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import { metadata } from '../../../protocol/codec/metadata-field.ts'
import type { Session } from '../../../session/session.ts'
import { refused } from '../answers.ts'
import type { App } from '../app.ts'
import { bearer, body, errors, json, sessionHeader } from '../route-parts.ts'
import { type CallState, callStates, stateOf } from '../sessions/call-state.ts'
import { carriedOut } from '../sessions/carried-out.ts'
import type { Mailbox } from '../sessions/mailbox.ts'
import type { WhoAsks } from '../who-asks.ts'

interface Deps {
  readonly whoAsks: WhoAsks
  readonly findUser: (username: string) => Promise<User | undefined>
  /** The call that the user is in by this session. */
  readonly callOf: (session: Session) => Promise<CallView | undefined>
}

const call_id = z.string()
const theCall = z.object({ call_id })

const initiateRoute = createRoute({
  method: 'post',
  path: '/api/call/initiate',
  security: bearer,
  request: {
    headers: sessionHeader,
    body: body(
      z.object({
        to_user_id: z.string().optional(),
        to_username: z.string().optional(),
        sdp: z.string().optional(),
        metadata: metadata.optional(),
      }),
    ),
  },
  responses: { ...errors, 201: json('It rings', theCall) },
})

const { CALL_ALERTING, CALL_REQUEST, CALL_RESPONSE, CALL_TRANSFER, CALL_UPDATE, HANGUP } = messageTable

interface Action {
  readonly path: string
  readonly about: string
  readonly fields: z.ZodObject
  readonly code: number
  /** What the message has besides the id of the call and the fields. */
  readonly adds?: Readonly<Record<string, unknown>>
  /** What the message has where the request does not say. */
  readonly usual?: Readonly<Record<string, unknown>>
  /** The call is over by it. */
  readonly ends?: string
}

const sdp = z.string().optional()

const actions: readonly Action[] = [
  {
    path: '/api/call/alerting',
    about: 'The caller is told that it is shown or sounds',
    fields: theCall,
    code: CALL_ALERTING.code,
  },
  {
    path: '/api/call/accept',
    about: 'The call is accepted',
    fields: theCall.extend({ sdp }),
    code: CALL_RESPONSE.code,
    adds: { accepted: true },
  },
  {
    path: '/api/call/reject',
    about: 'The call is declined',
    fields: theCall,
    code: CALL_RESPONSE.code,
    adds: { accepted: false },
    ends: 'declined',
  },
  { path: '/api/call/end', about: 'The call has ended', fields: theCall, code: HANGUP.code, ends: 'hangup' },
  {
    path: '/api/call/hold',
    about: 'The call is held',
    fields: theCall,
    code: CALL_UPDATE.code,
    adds: { on_hold: true },
  },
  {
    path: '/api/call/resume',
    about: 'The call is not held any more',
    fields: theCall,
    code: CALL_UPDATE.code,
    adds: { on_hold: false },
  },
  {
    path: '/api/call/mute',
    about: 'What is muted has changed',
    fields: theCall.extend({ audio_muted: z.boolean().optional(), video_muted: z.boolean().optional() }),
    code: CALL_UPDATE.code,
    usual: { audio_muted: true },
  },
  {
    path: '/api/call/transfer',
    about: 'The third user is rung',
    fields: theCall.extend({ to_user_id: z.string() }),
    code: CALL_TRANSFER.code,
  },
]

const callState = z.object({ call_id, state: z.enum(callStates) })

/** Calls by plain requests. Each does what the message of the same meaning does. */
export function addCallRoutes(app: App, { whoAsks, findUser, callOf }: Deps): void {
  app.openapi(initiateRoute, async (context) => {
    const session = await whoAsks.session(context)
    if (!session.ok) return refused(context, session.error)
    const { mailbox } = session.value
    const { to_user_id, to_username, ...invitation } = context.req.valid('json')
    const callee = to_user_id ?? (to_username === undefined ? undefined : (await findUser(to_username))?.id)
    if (to_user_id === undefined && to_username === undefined)
      return refused(context, { reason: 'invalid_field', detail: 'Give "to_user_id" or "to_username"' })
    if (callee === undefined) return refused(context, { reason: 'user_not_found' })
    const placed = await carriedOut(mailbox, CALL_REQUEST.code, { to_user_id: callee, ...invitation })
    if (!placed.ok) return refused(context, placed.error)
    const id = placed.value.written.find((message) => 'call_id' in message)?.['call_id']
    if (typeof id !== 'string') return refused(context, { reason: 'internal' })
    return context.json({ call_id: id }, 201)
  })

  for (const { path, about, fields, code, usual = {}, adds = {}, ends } of actions) {
    const route = createRoute({
      method: 'post',
      path,
      security: bearer,
      request: { headers: sessionHeader, body: body(fields) },
      responses: { ...errors, 200: json(about, callState) },
    })
    app.openapi(route, async (context) => {
      const session = await whoAsks.session(context)
      if (!session.ok) return refused(context, session.error)
      const { mailbox } = session.value
      const asked = context.req.valid('json')
      const { call_id: id } = theCall.parse(asked)
      const before = ends === undefined ? undefined : await view(mailbox, id)
      const done = await carriedOut(mailbox, code, { ...usual, ...asked, ...adds })
      if (!done.ok) return refused(context, done.error)
      if (ends === undefined) {
        const now = await view(mailbox, id)
        return context.json({ call_id: id, state: stateOf(now) }, 200)
      }
      mailbox.calls.ended(id, { reason: ends, durationMs: before?.durationMs ?? 0 })
      const state: CallState = 'ended'
      return context.json({ call_id: id, state }, 200)
    })
  }

  async function view({ session }: Mailbox, id: string): Promise<CallView | undefined> {
    const found = session === undefined ? undefined : await callOf(session)
    return found?.id === id ? found : undefined
  }
}
