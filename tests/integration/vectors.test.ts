import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Daemon } from '../../src/daemon/daemon.ts'
import { decodeRequest } from '../../src/protocol/codec/decode-request.ts'
import { encodeMessage } from '../../src/protocol/codec/encode-message.ts'
import { errorReasons } from '../../src/protocol/error-reasons.ts'
import { FrameDecoder } from '../../src/protocol/framing/frame-decoder.ts'
import { MAX_FRAME_LENGTH } from '../../src/protocol/framing/frame.ts'
import { messagesByCode } from '../../src/protocol/message-table.ts'
import { ProtocolError } from '../../src/protocol/framing/protocol-error.ts'
import { decodeServerMessage } from '../../src/protocol/codec/decode-server-message.ts'
import { unlessSplit } from '../support/nodes/unless-on-nodes.ts'
import { urlInTurn } from '../support/nodes/turns.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'
import { toBuffer } from '../../src/cli/conformance/scenarios/bytes.ts'
import { readScenarioFiles } from '../../src/cli/conformance/scenarios/files.ts'
import { type Scenario, scenarioFile } from '../../src/cli/conformance/scenarios/schema.ts'
import { openTcp } from '../../src/cli/conformance/server/open-connection.ts'
import type { Connect } from '../../src/cli/conformance/server/connect.ts'
import { playScenario } from '../../src/cli/conformance/server/play-scenario.ts'
import { isPlayable } from '../support/vectors/playable.ts'
import { openWebSocketStream, type Subprotocol } from '../../bench/shared/web-socket-stream.ts'
import { framesFile } from '../support/vectors/frames-file.ts'

/** Of the default configuration. */
const LIMITS = { ring_timeout_ms: 30_000, resume_window_ms: 60_000 }
const FRAMES = new URL('../../conformance/vectors/frames.json', import.meta.url)

const titleOf = ({ id, title }: { id: string[]; title: string }) => `${id.join(' ')}: ${title}`
const upper = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()

describe('vectors of frames.json', () => {
  const { decode, read, encode } = framesFile.parse(JSON.parse(readFileSync(FRAMES, 'utf8')))

  describe.each(['at once', 'byte by byte'])('decode, %s', (how) => {
    test.each(decode.map((vector) => [titleOf(vector), vector] as const))('%s', (_, vector) => {
      const decoder = new FrameDecoder(vector.max_length ?? MAX_FRAME_LENGTH)
      const bytes = toBuffer(vector.hex)
      const got = cut(decoder, how === 'at once' ? [bytes] : Array.from(bytes, (byte) => Buffer.from([byte])))
      expect(got).toEqual({
        frames: vector.frames.map(({ type, payload }) => ({ type, payload: upper(toBuffer(payload)) })),
        error: vector.error,
        incomplete: vector.incomplete ?? false,
      })
    })
  })

  test.each(read.map((vector) => [titleOf(vector), vector] as const))('read, %s', (_, vector) => {
    const decoder = new FrameDecoder(MAX_FRAME_LENGTH)
    decoder.push(toBuffer(vector.hex))
    const frame = decoder.next()
    if (frame === undefined) throw new Error('the vector is no whole frame')
    const decoded = decodeRequest(frame)
    if (decoded.ok) {
      const { message, requestId } = decoded.value
      const got = { name: message.type, json: message.payload, request_id: requestId }
      expect(got).toEqual({ ...vector.message, request_id: vector.request_id })
      return
    }
    const { reason, detail, requestId } = decoded.error
    expect({ error: described(reason), request_id: requestId }).toEqual({
      error: vector.error,
      request_id: vector.request_id,
    })
    expect(detail).toContain(vector.mentions ?? '')
  })

  test.each(encode.map((vector) => [titleOf(vector), vector] as const))('encode, %s', (_, vector) => {
    const encodeFrom = { client: encodeFromClient, server: encodeFromServer }[vector.from]
    const bytes = encodeFrom(Number.parseInt(vector.type, 16), vector.json, vector.request_id)
    expect(upper(bytes)).toBe(upper(toBuffer(vector.hex)))
  })
})

const subprotocols: readonly Subprotocol[] = ['roomrtc.json', 'roomrtc.binary']

describe.each(['TCP', ...subprotocols])('over %s', (transport) => {
  const subprotocol = subprotocols.find((name) => name === transport)

  /** Each scenario has users of its own there. */
  let shared: Daemon

  beforeAll(async () => {
    shared = await start({ security: { enable_rate_limiting: false } }, subprotocol)
  })
  afterAll(() => shared.stop())

  describe.each(readScenarioFiles('vectors', scenarioFile))(
    'scenarios of $name',
    ({ content: { scenarios } }) => {
      const playable = scenarios.filter(
        (scenario) => subprotocol === undefined || isPlayable(scenario, subprotocol),
      )
      const play = async (_: string, scenario: Scenario): Promise<void> => {
        if (scenario.config === undefined)
          await playScenario(scenario, { open: connectTo(shared, subprotocol), limits: LIMITS })
        else await runAlone(scenario, scenario.config, subprotocol)
      }
      const titled = (wanted: (scenario: Scenario) => boolean) =>
        playable.filter(wanted).map((scenario) => [titleOf(scenario), scenario] as const)
      test.concurrent.each(titled((scenario) => !countsByNode(scenario)))('%s', play)
      unlessSplit('limits').each(titled(countsByNode))('%s', play)
    },
  )
})

/** Each node lets in as many connections as it may, whatever others do. */
function countsByNode({ id }: Scenario): boolean {
  return id.includes('BOUND-1')
}

async function runAlone(
  scenario: Scenario,
  config: Record<string, object>,
  subprotocol: Subprotocol | undefined,
): Promise<void> {
  const daemon = await start(config, subprotocol)
  try {
    await playScenario(scenario, { open: connectTo(daemon, subprotocol) })
  } finally {
    await daemon.stop()
  }
}

function connectTo({ port, httpPort = 0 }: Daemon, subprotocol: Subprotocol | undefined): Connect {
  if (subprotocol === undefined) return openTcp({ host: '127.0.0.1', port })
  return () => openWebSocketStream(urlInTurn(`ws://127.0.0.1:${httpPort}/ws`), subprotocol)
}

function start(config: Record<string, object>, subprotocol: Subprotocol | undefined): Promise<Daemon> {
  return startTestDaemon({ ...(subprotocol === undefined ? {} : { http: {} }), ...config })
}

function cut(decoder: FrameDecoder, chunks: readonly Buffer[]): object {
  const frames: { type: string; payload: string }[] = []
  try {
    for (const chunk of chunks) {
      decoder.push(chunk)
      for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
        frames.push({ type: upper(Buffer.from([frame.type])), payload: upper(frame.payload) })
      }
    }
    return { frames, error: undefined, incomplete: decoder.partial }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return { frames, error: described(error.reason), incomplete: false }
  }
}

function described(reason: keyof typeof errorReasons): object {
  const { code, closes } = errorReasons[reason]
  return { reason, code, ends_stream: closes }
}

function encodeFromClient(type: number, json: object, requestId: string | undefined): Buffer {
  const message = messagesByCode.get(type)?.client?.read(json)
  if (message?.ok !== true) throw new Error(`no message of a client: ${JSON.stringify(message)}`)
  return encodeMessage(message.value, { requestId })
}

function encodeFromServer(type: number, json: object, requestId: string | undefined): Buffer {
  const decoded = decodeServerMessage({ type, payload: Buffer.from(JSON.stringify(json)) })
  if (!decoded.ok || decoded.value === undefined)
    throw new Error(`no message of the server: ${JSON.stringify(decoded)}`)
  return encodeMessage(decoded.value.message, { requestId })
}
