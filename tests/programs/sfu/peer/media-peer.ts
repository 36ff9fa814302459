/*
 * A member of a room at an SFU, as a program of its own: it publishes sound and a picture, and takes what it is offered. A
 * line of its input is news of the SFU; a line of its output is a signal for it, or of whom something arrives. It is a
 * process because @roamhq/wrtc with a track now and then crashes as its process ends; this one is killed.
 */
import { createInterface } from 'node:readline'
import wrtc from '@roamhq/wrtc'

const { MediaStream, nonstandard, RTCPeerConnection } = wrtc

const SAMPLES_A_SECOND = 48_000
const SAMPLES_A_BLOCK = 480
const BLOCK_MS = 10
const WIDTH = 160
const HEIGHT = 120
const FRAME_MS = 100
const REPORT_MS = 250

interface News {
  readonly kind: 'start' | 'restart' | 'ready' | 'lost' | 'answer' | 'offer' | 'candidate'
  readonly connection: string
  readonly sdp: string
  readonly streams: readonly { readonly mid: string; readonly user: string; readonly kind: string }[]
  readonly candidate: string
  readonly sdpMid: string
  readonly sdpMlineIndex: number
}

interface Named {
  readonly name: string
  readonly connection: RTCPeerConnection
}

const tracks = [tone(), picture()]
let publishing: Named | undefined
let subscribing: Named | undefined
let count = 0
/** Frames and blocks that have arrived since the last report, by mid of the subscribing connection. */
let arrived = new Map<string, number>()
let whose = new Map<string, string>()
let turn = Promise.resolve()

createInterface({ input: process.stdin }).on('line', (line) => {
  const news: News = JSON.parse(line)
  turn = turn
    .then(() => hear(news))
    .catch((error: unknown) => {
      say({ fault: String(error) })
    })
})
setInterval(() => {
  const sees = [...arrived.keys()].map((mid) => whose.get(mid)).filter((each) => each !== undefined)
  arrived = new Map()
  say({ sees: sees.toSorted() })
}, REPORT_MS)

async function hear(news: News): Promise<void> {
  const { kind, connection: name, sdp } = news
  if (kind === 'ready') {
    // A server that was started anew names its connections as the one before did.
    subscribing?.connection.close()
    subscribing = undefined
  }
  if (kind === 'start' || kind === 'ready') await publish()
  else if (kind === 'restart') await offer(true)
  else if (kind === 'answer' && name === publishing?.name)
    await publishing.connection.setRemoteDescription({ type: 'answer', sdp })
  else if (kind === 'offer') await subscribe(news)
  else if (kind === 'candidate') {
    const { candidate, sdpMid, sdpMlineIndex: sdpMLineIndex } = news
    const to = [publishing, subscribing].find((each) => each?.name === name)
    await to?.connection.addIceCandidate({ candidate, sdpMid, sdpMLineIndex })
  }
}

async function publish(): Promise<void> {
  publishing?.connection.close()
  count += 1
  publishing = open(`publish-${count}`)
  const stream = new MediaStream(tracks)
  for (const track of tracks) publishing.connection.addTrack(track, stream)
  await offer(false)
}

async function offer(iceRestart: boolean): Promise<void> {
  if (publishing === undefined) return
  const { name, connection } = publishing
  const description = await connection.createOffer({ iceRestart })
  say({ signal: { kind: 'offer', connection: name, sdp: description.sdp } })
  await connection.setLocalDescription(description)
}

async function subscribe({ connection: name, sdp, streams }: News): Promise<void> {
  if (subscribing?.name !== name) {
    subscribing?.connection.close()
    subscribing = open(name)
    listen(subscribing.connection)
  }
  whose = new Map(streams.map(({ mid, user, kind }) => [mid, `${user} ${kind}`]))
  const { connection } = subscribing
  await connection.setRemoteDescription({ type: 'offer', sdp })
  const answer = await connection.createAnswer()
  say({ signal: { kind: 'answer', connection: name, sdp: answer.sdp } })
  await connection.setLocalDescription(answer)
}

function open(name: string): Named {
  const connection = new RTCPeerConnection()
  connection.addEventListener('icecandidate', ({ candidate: found }) => {
    if (found === null || found.candidate === '') return
    const { candidate, sdpMid, sdpMLineIndex } = found
    say({
      signal: { kind: 'candidate', connection: name, candidate, sdpMid, sdpMlineIndex: sdpMLineIndex },
    })
  })
  return { name, connection }
}

function listen(connection: RTCPeerConnection): void {
  const heard = new Set<string>()
  connection.addEventListener('track', ({ transceiver, track }) => {
    const mid = transceiver.mid ?? ''
    if (heard.has(mid)) return
    heard.add(mid)
    const note = (): void => {
      arrived.set(mid, (arrived.get(mid) ?? 0) + 1)
    }
    if (track.kind === 'video') new nonstandard.RTCVideoSink(track).onframe = note
    else
      new nonstandard.RTCAudioSink(track).ondata = ({ samples }: { readonly samples: Int16Array }) => {
        if (samples.some((sample) => sample !== 0)) note()
      }
  })
}

function tone(): MediaStreamTrack {
  const source = new nonstandard.RTCAudioSource()
  const samples = Int16Array.from({ length: SAMPLES_A_BLOCK }, (_, i) => 8000 * Math.sin((i * Math.PI) / 55))
  setInterval(() => {
    source.onData({ samples, sampleRate: SAMPLES_A_SECOND })
  }, BLOCK_MS)
  return source.createTrack()
}

function picture(): MediaStreamTrack {
  const source = new nonstandard.RTCVideoSource()
  const data = new Uint8Array(WIDTH * HEIGHT * 1.5)
  setInterval(() => {
    data.fill(performance.now() % 256)
    source.onFrame({ width: WIDTH, height: HEIGHT, data })
  }, FRAME_MS)
  return source.createTrack()
}

function say(word: object): void {
  process.stdout.write(`${JSON.stringify(word)}\n`)
}
