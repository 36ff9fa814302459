/*
 * A native client with sound, as a program of its own: `native-client.ts PORT NAME answer|call:NAME`. It comes over TCP, and
 * says on its output, a line each, what happens. It is a process because @roamhq/wrtc with a track now and then crashes as
 * its process ends; this one is killed.
 */
import wrtc from '@roamhq/wrtc'
import { granted } from '../../../scripts/demo/party.ts'
import { Negotiation } from '../../../scripts/demo/negotiation.ts'
import { createPeerConnection } from '../../../scripts/demo/wrtc.ts'
import { connectClient } from '../../../src/sdk/client.ts'

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

const client = await connectClient({ host: '127.0.0.1', port: Number(port) })
const account = { username, password_hash: 'digest' }
await client.register(account)
granted(await client.logIn(account))
say('here')

const call = task === 'answer' ? await beCalled() : await placeCall(task.slice('call:'.length))
say('in a call')
const connection = createPeerConnection()
connection.addTrack(tone())
const negotiation = new Negotiation(client, connection, call)
const negotiated = task === 'answer' ? negotiation.answer() : negotiation.offer()
void negotiated.then(() => negotiation.takeCandidates())
const looking = setInterval(() => void lookForSound(), 100)
const { payload } = await client.next('HANGUP')
say(`over: ${payload.reason}`)

async function beCalled() {
  const { payload } = await client.next('CALL_NOTIFICATION')
  client.send({ type: 'CALL_RESPONSE', payload: { call_id: payload.call_id, accepted: true } })
  return { call_id: payload.call_id, to_user_id: payload.from_user_id }
}

async function placeCall(name: string) {
  const callee = granted(await client.listUsers()).find((user) => user.username === name)
  if (callee === undefined) throw new Error(`${name} is not there`)
  client.send({ type: 'CALL_REQUEST', payload: { to_user_id: callee.user_id } })
  const { payload } = await client.next('CALL_ACCEPTED')
  return { call_id: payload.call_id, to_user_id: payload.peer_user_id }
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
