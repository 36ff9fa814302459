import wrtc from '@roamhq/wrtc'
import { expect, test, vi } from 'vitest'
import type { Candidate, Description } from 'roomrtc-client'
import { bindMedia } from 'roomrtc-client/media'
import { type PairedCall, pairCalls } from '../../support/client-media/paired-calls.ts'
import { createDice, randomSeed } from '../../support/dice.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { inState, next, pause, until } from './wait-for.ts'

const ends = endsAfterEach()
const { RTCPeerConnection } = wrtc

/** A peer of another make, that opens a data channel of its own, and has all its candidates when it has its description. */
function foreignPeer() {
  const connection = new RTCPeerConnection()
  ends.push(() => {
    connection.close()
  })
  const found: RTCIceCandidate[] = []
  connection.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate !== null) found.push(candidate)
  })
  const gathered = () => until('all candidates', () => connection.iceGatheringState === 'complete')
  return { connection, found, gathered }
}

function describedBy({ localDescription }: RTCPeerConnection, kind: 'offer' | 'answer'): Description {
  // Its candidates are not in it, as of one that sends them by themselves.
  const sdp = (localDescription?.sdp ?? '').replaceAll(/^a=(candidate:.*|end-of-candidates)\r\n/gm, '')
  return { kind, sdp }
}

function bind(call: PairedCall, ringOffer?: string) {
  const faults: unknown[] = []
  const media = bindMedia(call.client, Object.assign(call, { offer: ringOffer }), {
    RTCPeerConnection,
    log: (entry) => faults.push(entry),
  })
  ends.push(() => {
    media.close()
  })
  return { media, faults }
}

/** What `bindMedia` at the other end sends. */
function listen(call: PairedCall) {
  const descriptions: Description[] = []
  const candidates: Candidate[] = []
  call.signals.listen((signal) => {
    if (signal.kind === 'candidate') candidates.push(signal)
    else descriptions.push(signal)
  })
  return { descriptions, candidates }
}

async function takeAnswer(
  connection: RTCPeerConnection,
  { descriptions, candidates }: ReturnType<typeof listen>,
) {
  await until('an answer', () => descriptions.length > 0)
  const [answer] = descriptions
  expect(answer?.kind).toBe('answer')
  await connection.setRemoteDescription({ type: 'answer', sdp: answer?.sdp ?? '' })
  await until('the end of candidates', () => candidates.some(({ candidate }) => candidate === ''))
  for (const candidate of candidates) await connection.addIceCandidate(candidate)
}

test('MEDIA-3 MEDIA-4 a foreign caller that sends its candidates before its offer is answered, and its channel is told', async () => {
  const [caller, callee] = pairCalls()
  const { media, faults } = bind(callee)
  const heard = listen(caller)
  const { connection, found, gathered } = foreignPeer()
  connection.createDataChannel('theirs')
  await connection.setLocalDescription(await connection.createOffer())
  await gathered()
  const channel = next(media, 'channel')
  for (const { candidate, sdpMid, sdpMLineIndex } of found) {
    caller.signals.send({ kind: 'candidate', candidate, sdpMid, sdpMLineIndex })
  }
  caller.signals.send(describedBy(connection, 'offer'))
  await takeAnswer(connection, heard)
  await inState(media, 'connected')
  expect((await channel).label).toBe('theirs')
  expect(faults).toEqual([])
})

test('MEDIA-4 an offer that came with the ring is answered', async () => {
  const [caller, callee] = pairCalls()
  const { connection, found, gathered } = foreignPeer()
  connection.createDataChannel('theirs')
  await connection.setLocalDescription(await connection.createOffer())
  await gathered()
  const heard = listen(caller)
  const { media } = bind(callee, describedBy(connection, 'offer').sdp)
  for (const { candidate, sdpMid, sdpMLineIndex } of found) {
    caller.signals.send({ kind: 'candidate', candidate, sdpMid, sdpMLineIndex })
  }
  await takeAnswer(connection, heard)
  await inState(media, 'connected')
})

test('MEDIA-1 MEDIA-4 a caller that gives nothing still asks a foreign callee for sound and pictures', async () => {
  const [caller, callee] = pairCalls()
  const heard = listen(callee)
  bind(caller)
  await until('an offer', () => heard.descriptions.length > 0)
  const sections = heard.descriptions[0]?.sdp.match(/^(m=\w+|a=recvonly)/gm)
  expect(sections).toEqual(['m=audio', 'a=recvonly', 'm=video', 'a=recvonly'])
})

test('MEDIA-19 an offer that a foreign callee does not answer is made anew after 30 s, and that one may be answered', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  ends.push(() => vi.useRealTimers())
  const [caller, callee] = pairCalls()
  const { descriptions, candidates } = listen(callee)
  const { media } = bind(caller)
  /** So much time has passed, and what follows from it has happened. */
  const pass = (ms: number, offers: number) => {
    vi.advanceTimersByTime(ms)
    return expect
      .poll(() => {
        vi.advanceTimersByTime(10)
        return [descriptions.length, media.peerConnection.signalingState]
      })
      .toEqual([offers, 'have-local-offer'])
  }
  await pass(0, 1)
  // While the connection to the server is lost, nobody can answer.
  caller.client.tellState({ name: 'reconnecting', since: 0, attempt: 1, nextTryAt: undefined })
  await pass(100_000, 1)
  caller.client.tellState({ name: 'online' })
  await pass(29_000, 1)
  await pass(1000, 2)
  expect(descriptions.map(({ kind }) => kind)).toEqual(['offer', 'offer'])
  vi.useRealTimers()

  const { connection, found, gathered } = foreignPeer()
  await connection.setRemoteDescription({ type: 'offer', sdp: descriptions[1]?.sdp ?? '' })
  await connection.setLocalDescription(await connection.createAnswer())
  await gathered()
  callee.signals.send(describedBy(connection, 'answer'))
  for (const { candidate, sdpMid, sdpMLineIndex } of found) {
    callee.signals.send({ kind: 'candidate', candidate, sdpMid, sdpMLineIndex })
  }
  await until('the end of candidates', () => candidates.at(-1)?.candidate === '')
  const ownFragment = /ice-ufrag:(.*)/.exec(descriptions[1]?.sdp ?? '')?.[1] ?? 'none'
  for (const candidate of candidates) {
    if (candidate.candidate.includes(ownFragment)) await connection.addIceCandidate(candidate)
  }
  await inState(media, 'connected')
})

test('MEDIA-17 what is no description, and a close at any moment, ends in no error that nobody handles', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  ends.push(() => process.off('unhandledRejection', note))
  const dice = createDice(randomSeed())
  for (let round = 0; round < 20; round++) {
    const calls = pairCalls(() => dice.between(0, 5))
    const [alice, bob] = calls.map((call) => bind(call))
    calls[0].signals.send({ kind: 'offer', sdp: 'no description' })
    calls[1].signals.send({
      kind: 'candidate',
      candidate: 'candidate:nonsense',
      sdpMid: '0',
      sdpMLineIndex: 0,
    })
    await pause(dice.between(0, 40))
    alice?.media.peerConnection.restartIce()
    bob?.media.close()
    calls[0].hangup()
    expect(alice?.media.state.name, `seed ${dice.seed}`).toBe('closed')
    await alice?.media.stopSharing()
  }
  await pause(100)
  expect(unhandled, `seed ${dice.seed}`).toEqual([])
})
