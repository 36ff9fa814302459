import wrtc from '@roamhq/wrtc'
import { describe, expect, test } from 'vitest'
import { bindMedia, type Media, type MediaOptions } from 'roomrtc-client/media'
import type { IceServer } from 'roomrtc-client'
import { createIceServers } from '../../../src/infrastructure/ice/ice-servers.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { systemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { pairCalls } from '../../support/client-media/paired-calls.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { canRunCoturn, type Coturn, startCoturn } from '../../support/programs/coturn.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { within } from '../../../scripts/demo/within.ts'
import { twoInACall } from './two-in-a-call.ts'
import { inState, next, until } from './wait-for.ts'

const ends = endsAfterEach()
const SECRET = 'what the daemon and coturn share'
const TTL_SECS = 4

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
    await Promise.all([inState(alice, 'interrupted'), inState(bob, 'interrupted')])
    // It is 4 s until the caller looks for another way. The callee leaves that to the caller.
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

  test('MEDIA-8 get new credentials from the daemon during the call, and look for new ways with them', async () => {
    const coturn = await startCoturn(SECRET)
    ends.push(() => coturn.stop())
    const daemon = await startTestDaemon({
      webrtc: {
        stun_servers: [],
        turn_servers: [{ url: coturn.url, secret: SECRET }],
        turn_ttl_secs: TTL_SECS,
      },
    })
    ends.push(() => daemon.stop())
    const url = `tcp://127.0.0.1:${daemon.port}`
    const party = {
      url,
      media: { dataChannel: 'chat', configuration: { iceTransportPolicy: 'relay' as const } },
    }
    const { alice, bob } = await twoInACall(ends, { alice: party, bob: party })
    await Promise.all([inState(alice.media, 'connected'), inState(bob.media, 'connected')])

    const connections = [alice, bob].map(({ media }) => media.peerConnection)
    const credentials = () =>
      connections.map((each) => each.getConfiguration().iceServers?.[0]?.username ?? '')
    const first = credentials()
    await until('the expiry of the first credentials', () => first.every(hasExpired))
    await until('new credentials', () =>
      credentials().every((name) => !first.includes(name) && !hasExpired(name)),
    )
    const found = connections.map((connection) => firstCandidate(connection))
    connections[0]?.restartIce()
    // coturn refuses the first ones by now.
    expect(await Promise.all(found)).toEqual(['relay', 'relay'])
  })
})

/** Its user name begins with the Unix second of its end. */
function hasExpired(username: string): boolean {
  return Number(username.split(':')[0]) * 1000 < Date.now()
}

/** The kind of the next candidate that is found, or 401 where a server refuses the credentials. */
function firstCandidate(connection: RTCPeerConnection): Promise<string> {
  const found = new Promise<string>((resolve) => {
    connection.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate !== null) resolve(/ typ (\w+)/.exec(candidate.candidate)?.[1] ?? '')
    })
    connection.addEventListener('icecandidateerror', ({ errorCode }) => {
      if (errorCode === 401) resolve('401')
    })
  })
  return within(30_000, 'looking for a candidate', found)
}
