import { createRoute, z } from '@hono/zod-openapi'
import type { CallView } from '../../../application/call/call-view.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import { metadata } from '../../../protocol/codec/metadata-field.ts'
import { presentCall } from '../../../session/delivery/present/present-call.ts'
import type { Session } from '../../../session/session.ts'
import { refused } from '../answers.ts'
import type { App } from '../app.ts'
import { bearer, body, errors, json, sessionHeader } from '../route-parts.ts'
import { callStates, stateOf } from '../sessions/call-state.ts'
import { carriedOut } from '../sessions/carried-out.ts'
import type { WhoAsks } from '../who-asks.ts'

interface Deps {
  readonly whoAsks: WhoAsks
  readonly callOf: (session: Session) => Promise<CallView | undefined>
}

const call_id = z.string()
/** In a call there is only the other party. */
const to_user_id = z.string().optional().describe('In a room: for which member it is')
const description = z.object({ call_id, to_user_id, sdp: z.string() })
const candidate = z.object({
  call_id,
  to_user_id,
  candidate: z.string(),
  sdp_mid: z.string(),
  sdp_mline_index: z.int().min(0),
})

const { SDP_OFFER, SDP_ANSWER, ICE_CANDIDATE } = messageTable

const signals = [
  { path: '/api/signal/offer', fields: description, code: SDP_OFFER.code },
  { path: '/api/signal/answer', fields: description, code: SDP_ANSWER.code },
  { path: '/api/signal/ice', fields: candidate, code: ICE_CANDIDATE.code },
] as const

const incomingRoute = createRoute({
  method: 'get',
  path: '/api/signal/incoming',
  security: bearer,
  request: { headers: sessionHeader },
  responses: {
    ...errors,
    200: json(
      'Who rings, if anybody does',
      z.object({
        call: z
          .object({
            call_id,
            from_user_id: z.string(),
            from_username: z.string(),
            sdp: z.string().optional(),
            metadata: metadata.optional(),
          })
          .nullable(),
      }),
    ),
  },
})

const side = z.object({ on_hold: z.boolean(), audio_muted: z.boolean(), video_muted: z.boolean() })

const statusRoute = createRoute({
  method: 'get',
  path: '/api/signal/status',
  security: bearer,
  request: { headers: sessionHeader, query: z.object({ call_id }) },
  responses: {
    ...errors,
    200: json(
      'How the call is',
      z.object({
        call_id,
        state: z.enum(callStates),
        own: side.optional(),
        peer: side.optional(),
        duration_ms: z.int(),
        alerting: z.boolean().optional(),
        reason: z.string().optional(),
      }),
    ),
  },
})

const ring = z.object({
  call_id,
  sdp: z.string().optional(),
  metadata: metadata.optional(),
})

const past = z.object({ reason: z.string().optional().catch(undefined), durationMs: z.int().catch(0) })

/** Signals by plain requests, and how a call is. */
export function addSignalRoutes(app: App, { whoAsks, callOf }: Deps): void {
  for (const { path, fields, code } of signals) {
    const route = createRoute({
      method: 'post',
      path,
      security: bearer,
      request: { headers: sessionHeader, body: body<z.ZodObject>(fields) },
      responses: { ...errors, 202: json('It is on its way', z.object({})) },
    })
    app.openapi(route, async (context) => {
      const session = await whoAsks.session(context)
      if (!session.ok) return refused(context, session.error)
      const { mailbox } = session.value
      const { call, room } = mailbox.session ?? {}
      if (call === undefined && room === undefined) return refused(context, { reason: 'call_not_found' })
      const asked = context.req.valid('json')
      // In a room the message itself says that nobody is named.
      const payload = call === undefined ? asked : { ...asked, to_user_id: call.peer.id }
      const sent = await carriedOut(mailbox, code, payload)
      return sent.ok ? context.json({}, 202) : refused(context, sent.error)
    })
  }

  app.openapi(incomingRoute, async (context) => {
    const session = await whoAsks.session(context)
    if (!session.ok) return refused(context, session.error)
    const { mailbox } = session.value
    const call = mailbox.session === undefined ? undefined : await callOf(mailbox.session)
    if (call?.phase !== 'ringing' || call.role !== 'callee') return context.json({ call: null }, 200)
    const told = ring.safeParse(mailbox.calls.ring)
    const cameWithIt = told.success && told.data.call_id === call.id ? told.data : {}
    const from = { from_user_id: call.peer.id, from_username: call.peer.username }
    return context.json({ call: { ...cameWithIt, call_id: call.id, ...from } }, 200)
  })

  app.openapi(statusRoute, async (context) => {
    const session = await whoAsks.session(context)
    if (!session.ok) return refused(context, session.error)
    const { mailbox } = session.value
    const { call_id: id } = context.req.valid('query')
    const { session: logged } = mailbox
    const call = logged === undefined ? undefined : await callOf(logged)
    if (logged !== undefined && call?.id === id) {
      const { own, peer, duration_ms, alerting } = presentCall(logged.capabilities, call)
      return context.json({ call_id: id, state: stateOf(call), own, peer, duration_ms, alerting }, 200)
    }
    const ended = mailbox.calls.past(id)
    if (ended === undefined) return refused(context, { reason: 'call_not_found' })
    const { reason, durationMs } = past.parse(ended)
    return context.json({ call_id: id, state: stateOf(undefined), duration_ms: durationMs, reason }, 200)
  })
}
