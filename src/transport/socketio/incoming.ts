import { z } from 'zod'
import { err, ok, type Result } from '../../domain/result.ts'

/** What a client asks, read from an event and its payload. */
export type Incoming =
  | { readonly kind: 'register'; readonly name: string }
  | { readonly kind: 'call'; readonly to: string; readonly offer: string }
  | { readonly kind: 'answer'; readonly to: string | undefined; readonly answer: string | undefined }
  | { readonly kind: 'decline' | 'end'; readonly to: string | undefined }
  | { readonly kind: 'candidate'; readonly to: string | undefined; readonly candidate: Candidate | undefined }
  | { readonly kind: 'log_out' }

/** As ICE_CANDIDATE has it. */
export interface Candidate {
  readonly candidate: string
  readonly sdp_mid: string
  readonly sdp_mline_index: number
}

/** No stored name is longer. */
const MAX_NAME_LENGTH = 1024
const MAX_LINE_INDEX = 0xffff

const aName = z.string().min(1).max(MAX_NAME_LENGTH)
const name = z.unknown().transform((value, context) => {
  const read = aName.safeParse(value)
  if (read.success) return read.data
  context.addIssue('is to be the name of a user')
  return z.NEVER
})
const peer = { to: name.optional() }

/** An RTCSessionDescription, or its SDP alone. */
function description(type: 'offer' | 'answer') {
  const form = z.union([
    z.string().min(1),
    z.object({ type: z.literal(type).optional(), sdp: z.string().min(1) }),
  ])
  return z.unknown().transform((value, context) => {
    const read = form.safeParse(value)
    if (read.success) return typeof read.data === 'string' ? read.data : read.data.sdp
    context.addIssue(`is to be {type: "${type}", sdp}, or the SDP as a string`)
    return z.NEVER
  })
}

/** An RTCIceCandidate, or its line alone. Browsers say `null` or an empty line when they have found all. */
const aCandidate = z.union([
  z.string(),
  z.null(),
  z.object({
    candidate: z.string(),
    sdpMid: z.string().nullish(),
    sdpMLineIndex: z.int().min(0).max(MAX_LINE_INDEX).nullish(),
  }),
])
const candidate = z.unknown().transform((value, context) => {
  const read = aCandidate.safeParse(value)
  if (read.success) return candidateOf(read.data)
  context.addIssue('is to be {candidate, sdpMid, sdpMLineIndex}, or the candidate as a string')
  return z.NEVER
})

function candidateOf(given: z.output<typeof aCandidate>): Candidate | undefined {
  if (given === null || given === '') return undefined
  if (typeof given === 'string') return { candidate: given, sdp_mid: '0', sdp_mline_index: 0 }
  if (given.candidate === '') return undefined
  const index = given.sdpMLineIndex ?? numberOf(given.sdpMid)
  return { candidate: given.candidate, sdp_mid: given.sdpMid ?? String(index), sdp_mline_index: index }
}

/** Browsers number their media, so that a mid is as a rule its index. */
function numberOf(mid: string | null | undefined): number {
  return mid !== null && mid !== undefined && /^\d{1,3}$/.test(mid) ? Number(mid) : 0
}

const registration = z.union([aName, z.object({ userId: aName }).transform(({ userId }) => userId)], {
  error: 'is to be {userId}, the name of a user',
})

const call = z.object({ to: name, offer: description('offer') })
const answer = z.object({ ...peer, answer: description('answer').optional() })
const aboutCall = z.object(peer)
const aboutCandidate = z.object({ ...peer, candidate })

type Reader = (payload: unknown) => Result<Incoming, string>

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['register_user', reader(registration, (read) => ({ kind: 'register', name: read }))],
  ['make_call', reader(call, (read) => ({ kind: 'call', ...read }))],
  ['answer_call', reader(answer, ({ to, answer: sdp }) => ({ kind: 'answer', to, answer: sdp }))],
  ['decline_call', reader(aboutCall, ({ to }) => ({ kind: 'decline', to }))],
  ['end_call', reader(aboutCall, ({ to }) => ({ kind: 'end', to }))],
  [
    'ice_candidate',
    reader(aboutCandidate, (read) => ({ kind: 'candidate', to: read.to, candidate: read.candidate })),
  ],
  // Who leaves is known, whatever comes with it.
  ['logout_user', () => ok({ kind: 'log_out' })],
])

/** Undefined for an event that is not known here; else what it asks, or what is wrong with it. */
export function readEvent(event: string, payload: unknown): Result<Incoming, string> | undefined {
  const read = readers.get(event)
  if (read === undefined) return undefined
  const incoming = read(payload)
  return incoming.ok ? incoming : err(`${event}: ${incoming.error}`)
}

function reader<Read>(schema: z.core.$ZodType<Read>, make: (read: Read) => Incoming): Reader {
  return (payload) => {
    const parsed = z.safeParse(schema, payload)
    return parsed.success ? ok(make(parsed.data)) : err(describe(parsed.error))
  }
}

// Only words of ours: nothing that the client sent.
function describe({ issues: [issue] }: z.ZodError): string {
  const field = issue?.path[0]
  if (issue === undefined || field === undefined) {
    return issue?.code === 'invalid_type' ? 'the payload is to be an object' : `the payload ${issue?.message}`
  }
  return `"${String(field)}" ${issue.message}`
}
