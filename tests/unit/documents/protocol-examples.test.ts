import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeRequest } from '../../../src/protocol/codec/decode-request.ts'
import { decodeServerMessage } from '../../../src/protocol/codec/decode-server-message.ts'
import { frameOfText, openingOfText, REST_OF_FRAME } from '../../../src/protocol/codec/text-message.ts'
import { encodeMessage } from '../../../src/protocol/codec/encode-message.ts'
import { FrameDecoder } from '../../../src/protocol/framing/frame-decoder.ts'
import { MAX_FRAME_LENGTH } from '../../../src/protocol/framing/frame.ts'
import { messagesByCode } from '../../../src/protocol/message-table.ts'
import { examples, protocolDocuments, wholeCall } from '../../support/documented-examples.ts'

const codes = new Map([...messagesByCode].map(([code, { name }]) => [name, code]))

function frameOf(name: string, text: string): { type: number; payload: Buffer } {
  const type = codes.get(name)
  if (type === undefined) throw new Error(`there is no message ${name}`)
  return { type, payload: Buffer.from(text) }
}

function senderOf(party: string): 'client' | 'server' {
  return party === 'server' ? 'server' : 'client'
}

/** What the message table makes of the payload; what it does not know is left out. */
function understood(name: string, from: 'client' | 'server', text: string): unknown {
  const frame = frameOf(name, text)
  const read = from === 'client' ? decodeRequest(frame) : decodeServerMessage(frame)
  if (!read.ok) throw new Error(typeof read.error === 'string' ? read.error : read.error.detail)
  if (read.value === undefined) throw new Error(`the server does not send ${name}`)
  const { message, requestId } = read.value
  return encodeMessage(message, { requestId }).subarray(5).toString()
}

/** The same fields; of those from the server also the same order. */
function expectUnderstood(name: string, from: 'client' | 'server', text: string): void {
  const payload: unknown = JSON.parse(text)
  const known = understood(name, from, text)
  if (from === 'server') expect(known).toBe(JSON.stringify(payload))
  else expect(JSON.parse(String(known))).toEqual(payload)
}

describe('the examples in the documents of the protocol', () => {
  test.each(
    examples().map((example) => [`${example.name} from ${example.from}`, example.at, example] as const),
  )(
    'CHECK-4 %s (%s) is one that the message table reads, field by field',
    (_what, _at, { name, from, text }) => {
      expectUnderstood(name, from, text)
    },
  )

  test('CHECK-4 every message has an example in each direction in which it goes', () => {
    const inTheCall = wholeCall().flatMap(({ name, route }) =>
      route.slice(0, -1).map((sender) => ({ name, from: senderOf(sender) })),
    )
    const shown = new Set([...examples(), ...inTheCall].map(({ name, from }) => `${name} from ${from}`))
    const wanted = [...messagesByCode.values()].flatMap(({ name, client, server }) => [
      ...(client === undefined ? [] : [`${name} from client`]),
      ...(server === undefined ? [] : [`${name} from server`]),
    ])
    expect(wanted.filter((one) => !shown.has(one))).toEqual([])
  })
})

describe('the examples of roomrtc.json', () => {
  const document = 'docs/protocol/websocket.md'
  const blocks = readFileSync(document, 'utf8').matchAll(/^```websocket\n(.*?)^```$/gms)
  const lines = [...blocks].flatMap(([, block = '']) => block.trimEnd().split('\n'))

  test('CHECK-4 there are some', () => {
    expect(lines.length).toBeGreaterThan(3)
  })

  test.each(lines)('CHECK-4 %s', (line) => {
    const [, from = '', text = ''] = /^(client|server): (.*)$/.exec(line) ?? []
    const frame = frameOfText(Buffer.from(text))
    if (!frame.ok) throw new Error(frame.error.detail)
    const { type, payload, whole } = frame.value
    expectUnderstood(messagesByCode.get(type)?.name ?? '', senderOf(from), payload.toString())
    expect(openingOfText(whole).toString() + whole.toString('utf8', REST_OF_FRAME)).toBe(text)
  })
})

describe('the whole call in PROTOCOL.md', () => {
  test('CHECK-5 it is there, from registration to logout', () => {
    expect(wholeCall().map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'REGISTER_REQUEST',
        'CALL_ACCEPTED',
        'ICE_CANDIDATE',
        'HANGUP',
        'LOGOUT_RESPONSE',
      ]),
    )
  })

  test.each(wholeCall().map((step) => [step.name, step.at, step] as const))(
    'CHECK-5 the bytes of %s (%s) are one frame with the JSON that stands below them',
    (_name, _at, { name, route, bytes, text }) => {
      const decoder = new FrameDecoder(MAX_FRAME_LENGTH)
      decoder.push(bytes)
      const frame = decoder.next()
      expect([frame?.type, frame?.payload.toString()]).toEqual([codes.get(name), text])
      expect(decoder.partial).toBe(false)
      for (const sender of route.slice(0, -1)) {
        expectUnderstood(name, senderOf(sender), text)
      }
    },
  )
})

/** Paragraphs and list items with the line at which they begin; tables, headings and examples are none. */
function paragraphs(document: string): { at: string; text: string }[] {
  const found: { at: string; text: string }[] = []
  let inExample = false
  let goesOn = false
  for (const [index, line] of readFileSync(document, 'utf8').split('\n').entries()) {
    if (line.startsWith('```')) inExample = !inExample
    const isText = !inExample && line.trim() !== '' && !/^(```|\||#|<!--)/.test(line)
    const last = found.at(-1)
    if (isText && goesOn && last !== undefined && !/^ *(- |\d+\. )/.test(line)) last.text += ` ${line.trim()}`
    else if (isText) found.push({ at: `${document}:${index + 1}`, text: line.trim() })
    goesOn = isText
  }
  return found
}

describe('the documents of the protocol', () => {
  test.each(protocolDocuments)(
    'CHECK-6 no line of %s is longer than 120 characters, tables apart',
    (document) => {
      const lines = readFileSync(document, 'utf8').split('\n')
      expect(lines.filter((line) => line.length > 120 && !line.startsWith('|'))).toEqual([])
    },
  )

  test.each(protocolDocuments)('CHECK-6 no paragraph of %s is longer than 400 characters', (document) => {
    expect(paragraphs(document).filter(({ text }) => text.length > 400)).toEqual([])
  })
})
