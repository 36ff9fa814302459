/*
 * A native client with sound, as a program of its own: `native-client.ts PORT NAME answer|call:NAME`. It comes over TCP, and
 * says on its output, a line each, what happens. It is a process because @roamhq/wrtc with a track now and then crashes as
 * its process ends; this one is killed.
 */
import wrtc from '@roamhq/wrtc'
import { type Call, connect } from 'roomrtc-client'
import { Negotiation } from '../../../scripts/demo/negotiation.ts'
import { createPeerConnection } from '../../../scripts/demo/wrtc.ts'

declare global {
  type MediaStreamTrack = object

  interface RTCPeerConnection {
    addTrack(track: MediaStreamTrack): void
  }
}

const SAMPLES_A_SECOND = 48_000
const SAMPLES_A_BLOCK = 480
const BLOCK_MS = 10
const HERTZ = 440
const LOUDNESS = 8000

const [, , port = '', username = '', task = ''] = process.argv
const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const client = await connect(`tcp://127.0.0.1:${port}`)
const account = { username, password: 'digest' }
await client.register(account)
await client.login(account)
say('here')

const call = task === 'answer' ? await beCalled() : await placeCall(task.slice('call:'.length))
say('in a call')
const connection = createPeerConnection()
connection.addTrack(tone())
const negotiation = new Negotiation(call.signals, connection)
const negotiated = task === 'answer' ? negotiation.answer() : negotiation.offer()
void negotiated.then(() => negotiation.takeCandidates()).catch(() => undefined)
const looking = setInterval(() => void lookForSound(), 100)
const over = await call.until('over')
say(`over: ${over.name === 'ended' ? over.reason : over.name}`)

async function beCalled(): Promise<Call> {
  const incoming = await new Promise<Call>((resolve) => client.on('call', resolve))
  incoming.accept()
  return incoming
}

async function placeCall(name: string): Promise<Call> {
  const callee = client.users.named(name)
  if (callee === undefined) throw new Error(`${name} is not there`)
  const out = client.call(callee)
  await out.until('active')
  return out
}

/** A tone that goes on until the process ends. */
function tone(): MediaStreamTrack {
  const source = new wrtc.nonstandard.RTCAudioSource()
  let at = 0
  setInterval(() => {
    const samples = Int16Array.from(
      { length: SAMPLES_A_BLOCK },
      (_, i) => LOUDNESS * Math.sin(((at + i) * 2 * Math.PI * HERTZ) / SAMPLES_A_SECOND),
    )
    at += SAMPLES_A_BLOCK
    source.onData({ samples, sampleRate: SAMPLES_A_SECOND })
  }, BLOCK_MS)
  return source.createTrack()
}

async function lookForSound(): Promise<void> {
  for (const report of (await connection.getStats()).values()) {
    const { kind, totalAudioEnergy } = { kind: '', totalAudioEnergy: 0, ...report }
    if (report.type === 'inbound-rtp' && kind === 'audio' && totalAudioEnergy > 0) {
      clearInterval(looking)
      say('hears')
    }
  }
}
