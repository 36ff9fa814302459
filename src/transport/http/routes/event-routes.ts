import { createRoute, z } from '@hono/zod-openapi'
import { stream } from 'hono/streaming'
import type { Log } from '../../../application/ports/system/log.ts'
import type { Reception } from '../../admission/reception.ts'
import { refused } from '../answers.ts'
import type { App } from '../app.ts'
import { bearer, errors, json, sessionHeader } from '../route-parts.ts'
import { streamEvents } from '../sessions/event-stream.ts'
import { acknowledge, acknowledged } from '../sessions/events.ts'
import { goneSignal, orGone } from '../sessions/listening.ts'
import { longPoll } from '../sessions/long-poll.ts'
import type { WhoAsks } from '../who-asks.ts'

interface Deps {
  readonly whoAsks: WhoAsks
  readonly reception: Pick<Reception, 'vouch'>
  /** A client of a stream that reads nothing for so long is cut. */
  readonly drainTimeoutMs: number
  readonly log: Log
}

const MAX_WAIT_SECS = 60
const USUAL_WAIT_SECS = 25
const MS_PER_SECOND = 1000

const message = z.looseObject({ type: z.string() })

const number = z.coerce.number().int().min(0)

const eventsRoute = createRoute({
  method: 'get',
  path: '/api/events',
  security: bearer,
  request: {
    headers: sessionHeader.extend({ 'last-event-id': number.optional() }),
    query: z.object({
      after: number.optional().describe('The number of the last event that the client has'),
      wait_secs: number.max(MAX_WAIT_SECS).default(USUAL_WAIT_SECS),
    }),
  },
  responses: {
    ...errors,
    200: {
      description: 'What has come since; with Accept: text/event-stream a stream of it',
      content: {
        ...json('', z.object({ events: z.array(message), news: z.array(message), last: z.int() })).content,
        'text/event-stream': { schema: z.string() },
      },
    },
  },
})

/** What has come for a client that can only ask: by long polls, or as Server-Sent Events. */
export function addEventRoutes(app: App, { whoAsks, reception, drainTimeoutMs, log }: Deps): void {
  app.openapi(eventsRoute, async (context) => {
    // It would listen in another's place, and take the news from it, to tell nobody.
    if (context.req.raw.method === 'HEAD') return refused(context, { reason: 'not_found' })
    const found = await whoAsks.session(context)
    if (!found.ok) return refused(context, found.error)
    const { mailbox } = found.value
    const { after: asked, wait_secs } = context.req.valid('query')
    const after = context.req.valid('header')['last-event-id'] ?? asked ?? acknowledged(mailbox)
    const { socket } = context.env.incoming
    // A client that listens has said who it is, so it need not make room for others meanwhile.
    const release = reception.vouch(socket)
    const gone = goneSignal(socket)

    if (context.req.header('accept')?.includes('text/event-stream') !== true) {
      const taken = await longPoll(mailbox, after, wait_secs * MS_PER_SECOND, gone)
      release()
      if (!taken.ok) return refused(context, taken.error)
      const { events, news, last } = taken.value
      return context.json({ events: [...events], news: [...news], last }, 200)
    }

    const acknowledging = acknowledge(mailbox, after)
    if (!acknowledging.ok) {
      release()
      return refused(context, acknowledging.error)
    }
    context.header('Content-Type', 'text/event-stream')
    context.header('Cache-Control', 'no-store')
    // nginx would gather what is to arrive at once.
    context.header('X-Accel-Buffering', 'no')
    return stream(context, async (out) => {
      const write = async (text: string): Promise<boolean> => {
        const cut = setTimeout(cutOff, drainTimeoutMs)
        await orGone(out.write(text), gone)
        clearTimeout(cut)
        return !socket.destroyed
      }
      await streamEvents(mailbox, after, { write, gone }).finally(release)
    })

    function cutOff(): void {
      const user = mailbox.session?.user.id
      log.warn({ user, reason: 'slow_consumer' }, 'event stream ended: nobody reads it')
      socket.destroy()
    }
  })
}
