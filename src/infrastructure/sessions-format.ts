import { z } from 'zod'
import type { SavedSession, Snapshot } from '../application/ports/session-archive.ts'
import type { LiveCall } from '../domain/call.ts'
import { parseCallId, parseSessionId, parseUserId } from '../domain/ids.ts'
import { err, ok, type Result } from '../domain/result.ts'

/** Raised when the format changes: an older file is then not read. */
const VERSION = 1

const id = <Id>(parse: (text: string) => Id | undefined) =>
  z.string().transform((text, context) => {
    const parsed = parse(text)
    if (parsed !== undefined) return parsed
    context.addIssue('not an id')
    return z.NEVER
  })

const user = z.object({ id: id(parseUserId), username: z.string() })
const seq = z.int().min(1)

const session = z.object({
  id: id(parseSessionId),
  user,
  detachedSince: z.number(),
  capabilities: z.array(z.string()),
  tokens: z.object({ current: z.string(), previous: z.string().optional() }),
  received: z.int().min(0),
  outbox: z.object({
    firstSeq: seq,
    messages: z.array(z.object({ code: z.int().min(0).max(255), text: z.string() })),
  }),
})

const parties = { id: id(parseCallId), caller: user, callee: user }
const side = z.object({ onHold: z.boolean(), audioMuted: z.boolean(), videoMuted: z.boolean() })

const call = z.discriminatedUnion('phase', [
  z.object({ ...parties, phase: z.literal('ringing'), since: z.number(), offer: z.string().optional() }),
  z.object({
    ...parties,
    phase: z.literal('active'),
    sides: z.object({ caller: side, callee: side }),
    talkedMs: z.number(),
    talkingSince: z.number().optional(),
  }),
])

const line = z.union([
  z.object({ version: z.literal(VERSION), savedAt: z.number() }),
  z.object({ session }),
  z.object({ call }),
])

/** A head with version and instant (Unix milliseconds), then a line for each session and each call. */
export function* snapshotLines({ sessions, calls }: Snapshot, savedAt: number): Iterable<string> {
  yield `${JSON.stringify({ version: VERSION, savedAt })}\n`
  for (const saved of sessions) yield `${JSON.stringify({ session: saved })}\n`
  for (const live of calls) yield `${JSON.stringify({ call: live })}\n`
}

export function parseSnapshot(body: Buffer): Result<Snapshot & { readonly savedAt: number }, string> {
  const sessions: SavedSession[] = []
  const calls: LiveCall[] = []
  let savedAt: number | undefined
  for (const text of linesOf(body)) {
    const parsed = line.safeParse(parseJson(text))
    if (!parsed.success) return err('the file was written by another version, or by somebody else')
    if ('session' in parsed.data) sessions.push(parsed.data.session)
    else if ('call' in parsed.data) calls.push(parsed.data.call)
    else savedAt = parsed.data.savedAt
  }
  return savedAt === undefined ? err('the file is empty') : ok({ sessions, calls, savedAt })
}

function* linesOf(body: Buffer): Generator<string> {
  let start = 0
  for (let end = body.indexOf(10); end >= 0; end = body.indexOf(10, start)) {
    yield body.toString('utf8', start, end)
    start = end + 1
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
