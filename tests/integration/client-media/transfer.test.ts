import wrtc from '@roamhq/wrtc'
import type { Call, Client, Transfer } from 'roomrtc-client'
import { bindMedia } from 'roomrtc-client/media'
import { expect, it } from 'vitest'
import { holdLine } from '../../../scripts/support/held-line.ts'
import { enter } from '../../support/client/enter.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'

const ends = endsAfterEach()

/** alice has called bob, who has accepted. carol is there. alice's connection can be lost. */
async function inCall() {
  const daemon = await startTestDaemon()
  ends.push(() => daemon.stop())
  const line = holdLine()
  const url = `tcp://127.0.0.1:${daemon.port}`
  const alice = await enter(ends, url, 'alice', { surroundings: line.surroundings })
  const [bob, carol] = [await enter(ends, url, 'bob'), await enter(ends, url, 'carol')]
  const rung = next(bob, 'call')
  const ofAlice = alice.call(person(bob))
  const ofBob = await rung
  ofBob.accept()
  await ofAlice.until('active')
  return { alice, bob, carol, line, ofAlice, ofBob }
}

function next(client: Client, event: 'call' | 'transferred'): Promise<Call> {
  return new Promise((resolve) => client.on(event, resolve))
}

function news(call: Call): Transfer[] {
  const heard: Transfer[] = []
  call.on('transfer', (transfer) => heard.push(transfer))
  return heard
}

function person({ me }: Client) {
  if (me === undefined) throw new Error('nobody is logged in')
  return me
}

/** What the other one writes on the channel of the call. */
function talk(client: Client, call: Call, text: string): Promise<string> {
  const { RTCPeerConnection, MediaStream } = wrtc
  const media = bindMedia(client, call, { RTCPeerConnection, MediaStream, dataChannel: 'chat' })
  ends.push(() => {
    media.close()
  })
  const { channel } = media
  if (channel === undefined) throw new Error('no channel')
  const heard = new Promise<string>((resolve) => {
    channel.addEventListener('message', ({ data }) => {
      resolve(String(data))
    })
  })
  channel.addEventListener('open', () => {
    channel.send(text)
  })
  return heard
}

it('PKG-60 TRANSFER-2 who is handed over talks to the third user, with media, and whoever did it is free', async () => {
  const { alice, bob, carol, ofAlice, ofBob } = await inCall()
  const [atAlice, atBob] = [news(ofAlice), news(ofBob)]
  const rung = next(carol, 'call')
  const handedOver = next(alice, 'transferred')
  ofBob.transfer(person(carol))
  const ofCarol = await rung
  expect(ofCarol.peer).toEqual(alice.me)
  await expect.poll(() => ofAlice.transferring?.state).toBe('ringing')
  const asked = { state: 'ringing', to: carol.me, by: bob.me?.id }
  expect([atAlice, atBob]).toMatchObject([[asked], [asked]])
  expect(ofAlice.state.name).toBe('active')
  ofCarol.accept()
  const call = await handedOver
  expect(call).toMatchObject({ role: 'caller', peer: carol.me, state: { name: 'active' } })
  expect(alice.currentCall).toBe(call)
  await ofBob.until('over')
  for (const before of [ofAlice, ofBob])
    expect(before.state).toMatchObject({ name: 'ended', reason: 'transferred' })
  expect(bob.currentCall).toBeUndefined()
  const heard = Promise.all([talk(alice, call, 'I am alice'), talk(carol, ofCarol, 'I am carol')])
  expect(await heard).toEqual(['I am carol', 'I am alice'])
})

it('PKG-60 TRANSFER-3 TRANSFER-4 a transfer that fails, is refused or taken back leaves the call as it was', async () => {
  const { alice, carol, ofAlice, ofBob } = await inCall()
  const atBob = news(ofBob)
  ofBob.transfer(person(alice))
  await expect.poll(() => atBob).toMatchObject([{ state: 'failed', reason: 'callee_busy', to: alice.me }])
  let rung = next(carol, 'call')
  ofBob.transfer(person(carol))
  ;(await rung).decline()
  await expect.poll(() => atBob.at(-1)).toMatchObject({ state: 'failed', reason: 'declined', to: carol.me })
  rung = next(carol, 'call')
  ofBob.transfer(person(carol))
  const last = await rung
  await expect.poll(() => ofAlice.transferring?.state).toBe('ringing')
  ofAlice.cancelTransfer()
  await last.until('over')
  await expect.poll(() => atBob.at(-1)).toMatchObject({ state: 'failed', reason: 'hangup' })
  expect([ofAlice.transferring, ofAlice.state.name, ofBob.state.name]).toEqual([
    undefined,
    'active',
    'active',
  ])
})

it('PKG-60 TRANSFER-6 who is handed over while it is away is in the new call when it is back', async () => {
  const { alice, carol, line, ofAlice, ofBob } = await inCall()
  const rung = next(carol, 'call')
  const handedOver = next(alice, 'transferred')
  line.goOffline()
  ofBob.transfer(person(carol))
  const ofCarol = await rung
  ofCarol.accept()
  await ofBob.until('over')
  line.comeBack()
  const call = await handedOver
  expect(call).toMatchObject({ peer: carol.me, state: { name: 'active' } })
  expect(ofAlice.state).toMatchObject({ name: 'ended', reason: 'transferred' })
  await expect.poll(() => ofCarol.state).toMatchObject({ name: 'active', peerAway: false })
})

it('PKG-60 an application that knows nothing of it is not left in a call', async () => {
  const { alice, carol, ofBob } = await inCall()
  const rung = next(carol, 'call')
  ofBob.transfer(person(carol))
  const ofCarol = await rung
  ofCarol.accept()
  expect(await ofCarol.until('over')).toMatchObject({ reason: 'hangup' })
  expect(alice.currentCall).toBeUndefined()
})
