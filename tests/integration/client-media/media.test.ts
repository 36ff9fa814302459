import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { safetyNumber } from 'roomrtc-client/media'
import { describe, expect, test } from 'vitest'
import { createDice, randomSeed } from '../../support/dice.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { startProxy } from '../../support/wire/cuttable-proxy.ts'
import { play } from './play.ts'
import { twoInACall } from './two-in-a-call.ts'
import { inState, next, until } from './wait-for.ts'

const ends = endsAfterEach()

async function daemon(logging: object = {}) {
  const started = await startTestDaemon({ webrtc: { stun_servers: [] }, logging })
  ends.push(() => started.stop())
  return { stop: () => started.stop(), port: started.port, url: `tcp://127.0.0.1:${started.port}` }
}

const DATA = { dataChannel: 'chat', quality: { everyMs: 200 } }

describe('two in a call over a daemon', () => {
  unlessSplit('log')(
    'MEDIA-1 MEDIA-5 MEDIA-6 MEDIA-17 MEDIA-25 MEDIA-40 CDR-2 open a data channel that carries both ways, and leave nothing',
    async () => {
      const directory = await mkdtemp(join(tmpdir(), 'roomrtc-media-'))
      ends.push(() => rm(directory, { recursive: true }))
      const records = join(directory, 'calls.jsonl')
      const { url, stop } = await daemon({ cdr_file_path: records })
      const { alice, bob } = await twoInACall(ends, {
        alice: { url, media: DATA },
        bob: { url, media: DATA },
      })
      const states: string[] = []
      alice.media.on('state', ({ name }) => states.push(name))
      await Promise.all([inState(alice.media, 'connected'), inState(bob.media, 'connected')])
      const numbers = await Promise.all([alice, bob].map(({ media }) => safetyNumber(media.peerConnection)))
      expect(numbers).toEqual([expect.stringMatching(/^\d{5} /), numbers[0]])
      const [near, far] = [alice.media.channel, bob.media.channel]
      await until('open channels', () => near?.readyState === 'open' && far?.readyState === 'open')
      for (const [from, to] of [
        [near, far],
        [far, near],
      ]) {
        const heard = new Promise((resolve) => {
          to?.addEventListener('message', ({ data }) => {
            resolve(data)
          })
        })
        from?.send('hello')
        expect(await heard).toBe('hello')
      }
      expect(await next(alice.media, 'quality')).toMatchObject({ score: 5, causes: [] })
      await until('a measurement at the other end', () => bob.media.quality !== undefined)

      alice.call.hangup()
      await Promise.all([inState(alice.media, 'closed'), inState(bob.media, 'closed')])
      expect([alice, bob].map(({ media }) => media.peerConnection.signalingState)).toEqual([
        'closed',
        'closed',
      ])
      expect(states.at(-1)).toBe('closed')
      // Whatever is asked of it now is over without a word.
      alice.media.close()
      await alice.media.stopSharing()
      // Each has told how good it was, and is heard.
      await Promise.all([alice.client.roundTrip(), bob.client.roundTrip()])
      await stop()
      const quality = { rtt_ms: expect.any(Number), score: 5, relayed: false }
      expect(JSON.parse(await readFile(records, 'utf8'))).toMatchObject({
        caller: { quality },
        callee: { quality },
      })
    },
  )

  test('MEDIA-9 find each other although the connection to the server is cut in the middle of the offer', async () => {
    const { port, url } = await daemon()
    const proxy = await startProxy(ends, port)
    const { alice, bob } = await twoInACall(ends, {
      alice: { url: `tcp://127.0.0.1:${proxy.port}`, media: DATA },
      bob: { url, media: DATA },
    })
    // The offer is on its way, or about to be.
    proxy.cut()
    const resumed = new Promise<void>((resolve) => {
      alice.call.on('resumed', () => {
        resolve()
      })
    })
    expect(alice.media.state.name).toBe('connecting')
    proxy.mend()
    await resumed
    await Promise.all([inState(alice.media, 'connected'), inState(bob.media, 'connected')])
    expect(alice.call.state.name).toBe('active')
  })

  test('MEDIA-9 agree on what both change while one is cut off', async () => {
    const { port, url } = await daemon()
    const proxy = await startProxy(ends, port)
    const { alice, bob } = await twoInACall(ends, {
      alice: { url: `tcp://127.0.0.1:${proxy.port}`, media: DATA },
      bob: { url, media: DATA },
    })
    await Promise.all([inState(alice.media, 'connected'), inState(bob.media, 'connected')])
    const fragment = () => /ice-ufrag:(.*)/.exec(alice.media.peerConnection.remoteDescription?.sdp ?? '')?.[1]
    const before = fragment()
    proxy.cut()
    for (const { media } of [alice, bob]) media.peerConnection.restartIce()
    await until('an offer that waits', () => bob.media.peerConnection.signalingState !== 'stable')
    proxy.mend()
    const settled = () => [alice, bob].every(({ media }) => media.peerConnection.signalingState === 'stable')
    await until('an agreement on new ways', () => settled() && fragment() !== before)
    expect(alice.media.state.name).toBe('connected')
  })

  test('MEDIA-20 a call that a new server knows nothing of is lost, and its media ends, though it could go on', async () => {
    const first = await startTestDaemon({ webrtc: { stun_servers: [] } })
    const { port } = first
    const url = `tcp://127.0.0.1:${port}`
    const { alice, bob } = await twoInACall(ends, { alice: { url, media: DATA }, bob: { url, media: DATA } })
    await Promise.all([inState(alice.media, 'connected'), inState(bob.media, 'connected')])
    await first.stop()
    // Nobody is told anything by that: the two still talk.
    expect([alice.media.state.name, bob.call.state.name]).toEqual(['connected', 'active'])
    const second = await startTestDaemon({ server: { port } })
    ends.push(() => second.stop())
    await Promise.all([inState(alice.media, 'closed'), inState(bob.media, 'closed')])
    expect([alice, bob].map(({ call }) => call.state)).toMatchObject([{ reason: 'lost' }, { reason: 'lost' }])
    expect(alice.media.peerConnection.connectionState).toBe('closed')
  })

  test('MEDIA-2 both change everything at once 50 times, and agree in the end', async () => {
    const { url } = await daemon()
    const { seed } = createDice(randomSeed())
    expect(await play(ends, url, 'storm', String(seed)), `seed ${seed}`).toEqual({
      happened: 'still there',
      faults: [],
    })
  })
})
