import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { canRunCoturn, startCoturn } from '../../support/programs/coturn.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { within } from '../../../scripts/demo/within.ts'
import { twoInACall } from './two-in-a-call.ts'
import { inState, until } from './wait-for.ts'

const ends = endsAfterEach()
const SECRET = 'what the daemon and coturn share'
const TTL_SECS = 4

describe.skipIf(!canRunCoturn())('two who can reach each other by TURN alone', () => {
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
