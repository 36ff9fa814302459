import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { FrameDecoder } from '../../../src/protocol/framing/frame-decoder.ts'
import { encodeFrame, MAX_FRAME_LENGTH, type ReceivedFrame } from '../../../src/protocol/framing/frame.ts'
import { messagesByCode } from '../../../src/protocol/message-table.ts'

const yes = z.literal(true)
const json = z.record(z.string(), z.unknown())

/** One behaviour that a proxy breaks, and the behaviours that a check must then find broken. */
export const fault = z.strictObject({
  title: z.string(),
  from: z.enum(['server', 'client']),
  /** Of the message; any where absent. */
  type: z.string().optional(),
  /** Only messages that have these fields with these values. */
  where: json.optional(),
  do: z.union([
    z.strictObject({ swallow: yes }),
    z.strictObject({ double: yes }),
    z.strictObject({ close: yes }),
    z.strictObject({ delay_ms: z.int() }),
    /** After the next message. */
    z.strictObject({ late: yes }),
    z.strictObject({ spaces: yes }),
    /** The message becomes one of a type that nobody knows. */
    z.strictObject({ unknown: yes }),
    z.strictObject({ drop: z.string() }),
    z.strictObject({ first: z.string() }),
    z.strictObject({ set: json }),
    /** Only where the field is there. */
    z.strictObject({ replace: json }),
    z.strictObject({ add: z.record(z.string(), z.number()) }),
    z.strictObject({ append: z.record(z.string(), z.string()) }),
  ]),
  fails: z.array(z.string()).min(1),
})
export type Fault = z.infer<typeof fault>

/** Passes everything on between clients and a server on the loopback address, but for one fault. */
export async function startFaultyProxy(
  port: number,
  planted: Fault,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const hold = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    return socket
  }
  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    hold(client)
    const server = hold(connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true }))
    pass(client, server, planted.from === 'client' ? planted : undefined)
    pass(server, client, planted.from === 'server' ? planted : undefined)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return {
    port: address.port,
    async close() {
      proxy.close()
      for (const socket of sockets) socket.destroy()
      await once(proxy, 'close')
    },
  }
}

function pass(from: Socket, to: Socket, planted: Fault | undefined): void {
  const decoder = new FrameDecoder(MAX_FRAME_LENGTH)
  let held: Buffer | undefined
  let before = Promise.resolve()
  from.on('end', () => {
    void before.then(() => to.end())
  })
  from.on('close', () => to.destroySoon())
  from.on('data', (chunk: Buffer) => {
    if (planted === undefined) {
      to.write(chunk)
      return
    }
    try {
      decoder.push(chunk)
      for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
        const whole = Buffer.from(frame.whole)
        const hit = isMeant(planted, frame) && held === undefined
        const late = hit && 'late' in planted.do
        const out = hit ? broken(planted.do, frame) : [whole]
        const wait = hit && 'delay_ms' in planted.do ? planted.do.delay_ms : 0
        const more = !late && held !== undefined ? [held] : []
        held = late ? whole : undefined
        before = before.then(async () => {
          if (wait > 0) await pause(wait)
          for (const bytes of [...out, ...more]) to.write(bytes)
          if (hit && 'close' in planted.do) to.destroy()
        })
      }
    } catch {
      // A client that breaks the framing on purpose.
      to.write(chunk)
    }
  })
}

const UNKNOWN_TYPE = 0xff

function isMeant({ type, where }: Fault, frame: ReceivedFrame): boolean {
  if (type !== undefined && messagesByCode.get(frame.type)?.name !== type) return false
  const payload = new Map(Object.entries(payloadOf(frame)))
  return Object.entries(where ?? {}).every(([field, value]) => payload.get(field) === value)
}

function broken(deed: Fault['do'], frame: ReceivedFrame): readonly Buffer[] {
  const whole = Buffer.from(frame.whole)
  if ('swallow' in deed || 'close' in deed || 'late' in deed) return []
  if ('double' in deed) return [whole, whole]
  if ('delay_ms' in deed) return [whole]
  if ('unknown' in deed) return [encodeFrame(UNKNOWN_TYPE, Buffer.from(frame.payload).toString())]
  if ('spaces' in deed) return [encodeFrame(frame.type, JSON.stringify(payloadOf(frame), undefined, 1))]
  return [encodeFrame(frame.type, JSON.stringify(changed(deed, payloadOf(frame))))]
}

type Change = Extract<
  Fault['do'],
  | { drop: unknown }
  | { first: unknown }
  | { set: unknown }
  | { replace: unknown }
  | { add: unknown }
  | { append: unknown }
>

function changed(deed: Change, payload: Record<string, unknown>): object {
  if ('first' in deed)
    return deed.first in payload ? { [deed.first]: payload[deed.first], ...payload } : payload
  const copy = { ...payload }
  if ('drop' in deed) Reflect.deleteProperty(copy, deed.drop)
  else if ('set' in deed) Object.assign(copy, deed.set)
  else if ('replace' in deed) {
    for (const [field, value] of Object.entries(deed.replace)) if (field in copy) copy[field] = value
  } else if ('add' in deed) {
    for (const [field, more] of Object.entries(deed.add))
      if (typeof copy[field] === 'number') copy[field] += more
  } else {
    for (const [field, more] of Object.entries(deed.append))
      if (typeof copy[field] === 'string') copy[field] += more
  }
  return copy
}

function payloadOf({ payload }: ReceivedFrame): Record<string, unknown> {
  const parsed = json.safeParse(JSON.parse(Buffer.from(payload).toString() || '{}'))
  return parsed.success ? parsed.data : {}
}
