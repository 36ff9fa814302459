import wrtc from '@roamhq/wrtc'
import { describe, expect, test } from 'vitest'
import type { IceServer } from 'roomrtc-client'
import { bindMedia, type Media, type MediaOptions } from 'roomrtc-client/media'
import { createIceServers } from '../../../src/infrastructure/ice/ice-servers.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { systemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { inState, next, until } from './wait-for.ts'
import { pairCalls } from '../../support/client-media/paired-calls.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { canRunCoturn, type Coturn, startCoturn } from '../../support/programs/coturn.ts'

const ends = endsAfterEach()

async function turnServer(
  secret: string,
): Promise<{ readonly coturn: Coturn; readonly servers: readonly IceServer[] }> {
  const coturn = await startCoturn(secret)
  let running = true
  const stop = async () => {
    if (running) await coturn.stop()
    running = false
  }
  ends.push(stop)
  const turnServers = [{ url: coturn.url, secret }]
  const ice = createIceServers({ stunUrls: [], turnServers, ttlSecs: 3600, clock: systemClock })
  return { coturn: { ...coturn, stop }, servers: ice.issue(randomIds.user()).servers }
}

describe.skipIf(!canRunCoturn())('two who can reach each other by TURN alone', () => {
  test('MEDIA-6 MEDIA-7 MEDIA-8 go on by another TURN server when theirs is gone', async () => {
    const [first, second] = [await turnServer('one'), await turnServer('two')]
    const log: unknown[] = []
    const options: MediaOptions = {
      RTCPeerConnection: wrtc.RTCPeerConnection,
      configuration: { iceTransportPolicy: 'relay' },
      dataChannel: 'chat',
      quality: { everyMs: 200 },
      log: ({ event }) => log.push(event),
    }
    const calls = pairCalls()
    const [alice, bob] = calls.map((call): Media => {
      call.client.iceServers = first.servers
      const media = bindMedia(call.client, call, options)
      ends.push(() => {
        media.close()
      })
      return media
    })
    if (alice === undefined || bob === undefined) throw new Error('a pair is two')
    await Promise.all([inState(alice, 'connected'), inState(bob, 'connected')])
    expect(await next(alice, 'quality')).toMatchObject({ score: 5, causes: ['relayed'] })

    for (const { client } of calls) client.tellIceServers(second.servers)
    await first.coturn.stop()
    // It is 4 s until the caller looks for another way. The callee leaves that to the caller, and may have noticed nothing
    // by then.
    await inState(alice, 'interrupted')
    await Promise.all([inState(alice, 'connected'), inState(bob, 'connected')])
    expect(log).toEqual(['ice_restarted'])
    const heard = new Promise((resolve) => {
      bob.channel?.addEventListener('message', ({ data }) => {
        resolve(data)
      })
    })
    await until('an open channel', () => alice.channel?.readyState === 'open')
    alice.channel?.send('by another way')
    expect(await heard).toBe('by another way')
  })
})
