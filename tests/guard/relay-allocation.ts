/**
 * Relays between two clients of a daemon without sockets and prints what each relay has allocated: lines of JSON, one for
 * each kind of signal. The garbage collector runs between the batches and, given a nursery that holds one, never in them.
 */
import { chromiumSdp } from '../../bench/load/relay/chromium-sdp.ts'
import { median } from '../../bench/shared/median.ts'
import { noSecurityLog } from '../../src/infrastructure/log/security-log.ts'
import { createFigures } from '../../src/session/figures/figures.ts'
import { configSchema } from '../../src/config/schema.ts'
import { FrameDecoder } from '../../src/protocol/framing/frame-decoder.ts'
import { Endpoint } from '../../src/session/conversation/endpoint.ts'
import type { Sink } from '../../src/session/conversation/sink.ts'
import { rateLimits } from '../../src/daemon/settings.ts'
import { createHouse, settled } from '../support/house/house.ts'
import { frame, T, takeFrames } from '../support/wire/wire.ts'

const WARM_UP = 500
const BATCHES = 3
/** The engine counts a nursery by pages of 256 KiB, one more or less: to be little for each of a batch. */
const MANY = 4000
/** Of what would not fit the nursery, and need not be told so exactly. */
const FEW = 200

const SDP = chromiumSdp('1234567890')
const CANDIDATE = {
  candidate: 'candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.0.7 rport 46154',
  sdp_mid: '0',
  sdp_mline_index: 0,
}

const generous = 1_000_000_000
// Checked and accounted as in earnest, and never refused.
const rates = rateLimits(
  configSchema.parse({
    security: { max_requests_per_minute: generous },
    rate_limits: { signals_per_minute: generous, user_per_minute: generous, address_per_minute: generous },
  }),
)
const house = createHouse({ rates })
const [alice, bob] = [await logIn('alice'), await logIn('bob')]
await alice.say(T.CALL_REQUEST, { to_user_id: bob.id })
const call_id = String(bob.told(T.CALL_NOTIFICATION)['call_id'])
await bob.say(T.CALL_RESPONSE, { call_id, accepted: true })

const ids = { call_id, from_user_id: alice.id, to_user_id: bob.id }
// In another order, so that it must be read and written anew.
const anew = { to_user_id: bob.id, call_id, from_user_id: alice.id }
measure('candidate', frame(T.ICE_CANDIDATE, { ...ids, ...CANDIDATE }), MANY)
measure('description', frame(T.SDP_OFFER, { ...ids, sdp: SDP }), MANY)
measure('candidate written anew', frame(T.ICE_CANDIDATE, { ...anew, ...CANDIDATE }), FEW)
measure('description written anew', frame(T.SDP_OFFER, { ...anew, sdp: SDP }), FEW)

function measure(signal: string, chunk: Buffer, relays: number): void {
  relay(chunk, WARM_UP)
  const batches = Array.from({ length: BATCHES }, () => {
    collectGarbage()
    const before = process.memoryUsage()
    relay(chunk, relays)
    const after = process.memoryUsage()
    return {
      heapBytes: (after.heapUsed - before.heapUsed) / relays,
      bufferBytes: (after.arrayBuffers - before.arrayBuffers) / relays,
    }
  })
  // In some batches the engine lays out something for good, which is not what is counted.
  const heapBytes = median(batches.map((batch) => batch.heapBytes))
  const bufferBytes = median(batches.map((batch) => batch.bufferBytes))
  console.log(JSON.stringify({ signal, heapBytes, bufferBytes }))
}

/** From the chunk that the socket gives to the frame that it is given. */
function relay(chunk: Buffer, times: number): void {
  const due = bob.sink.frames + times
  for (let i = 0; i < times; i++) {
    alice.decoder.push(chunk)
    for (let next = alice.decoder.next(); next !== undefined; next = alice.decoder.next())
      void alice.endpoint.receive(next)
  }
  if (bob.sink.frames !== due) throw new Error(`${bob.sink.frames - due + times} of ${times} were relayed`)
}

function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('needs --expose-gc')
  globalThis.gc()
}

interface CountingSink extends Sink {
  frames: number
  last: Buffer
}

async function logIn(username: string) {
  const sink: CountingSink = {
    frames: 0,
    last: Buffer.alloc(0),
    transport: 'tcp',
    address: '192.0.2.1',
    isCongested: false,
    isSilent: false,
    joinsFrames: true,
    copiesSmall: false,
    hasPings: false,
    ping: () => undefined,
    write(written) {
      sink.frames += 1
      sink.last = written
    },
    writeAll: () => undefined,
    joinFrames: () => undefined,
    trust: () => undefined,
    distrust: () => undefined,
    end: () => undefined,
  }
  const endpoint = new Endpoint(1, sink, {
    inputs: house.inputs,
    clock: house.ports.clock,
    log: house.ports.log,
    securityLog: noSecurityLog,
    figures: createFigures(),
    heartbeat: { intervalMs: 30_000, timeoutMs: 60_000 },
    rates,
    loginTimeoutMs: 10_000,
  })
  const decoder = new FrameDecoder(1_048_576)
  const say = async (type: number, payload: object) => {
    decoder.push(frame(type, payload))
    const next = decoder.next()
    if (next !== undefined) await endpoint.receive(next)
    await settled()
  }
  const told = (type: number) => {
    const [last] = takeFrames(sink.last).frames
    if (last?.type !== type) throw new Error(`got ${String(last?.text)}`)
    return last.payload
  }
  await say(T.REGISTER_REQUEST, { username, password_hash: 'pw' })
  await say(T.LOGIN_REQUEST, { username, password_hash: 'pw' })
  const id = String(told(T.LOGIN_RESPONSE)['user_id'])
  return { id, sink, endpoint, decoder, say, told }
}
